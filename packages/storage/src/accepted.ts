import { fileTypeFromBuffer } from "file-type";

/** What may be uploaded, by content. */
export const acceptedTypes = [
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/gif",
  "image/avif",
  "image/heic",
] as const;
export type AcceptedType = (typeof acceptedTypes)[number];

export const maxMegapixels = 100;

/** Why a photo could not be taken in. The web tier has the words for it. */
export const photoFailures = [
  "not-an-image",
  "unsupported-format",
  "damaged",
  "too-many-pixels",
  "too-demanding",
  "too-large",
  "empty",
  "never-arrived",
  "gave-up",
] as const;
export type PhotoFailure = (typeof photoFailures)[number];

/** Whether the same file may do better another time: only where it was not the file's fault, and there is one. */
export function isWorthRetrying(failure: string | null): boolean {
  return failure === "gave-up";
}

/** As many of a file's first bytes as `judgeBeginning` wants to see. */
export const beginningBytes = 4_100;

/** Formats that go by another name here: the same pictures, and animations of which the first frame is taken. */
const aliases: Readonly<Record<string, AcceptedType>> = {
  "image/heif": "image/heic",
  "image/heif-sequence": "image/heic",
  "image/heic-sequence": "image/heic",
  "image/apng": "image/png",
};

/** Pictures that cannot be told by the library from so few bytes, or that are text. */
const otherPictures =
  /^(II\*\0|MM\0\*|\s*(<\?xml[^>]*>\s*)?(<!--[^>]*-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>])/i;

/** Judges by the first bytes; names and declared types prove nothing. */
export async function judgeBeginning(
  bytes: Uint8Array,
): Promise<
  | { accepted: AcceptedType }
  | { refused: Extract<PhotoFailure, "empty" | "not-an-image" | "unsupported-format"> }
> {
  if (bytes.length === 0) return { refused: "empty" };
  const mime = (await fileTypeFromBuffer(bytes))?.mime ?? "";
  const accepted = aliases[mime] ?? acceptedTypes.find((type) => type === mime);
  if (accepted) return { accepted };
  const isPicture =
    mime.startsWith("image/") || otherPictures.test(Buffer.from(bytes).toString("latin1"));
  return { refused: isPicture ? "unsupported-format" : "not-an-image" };
}
