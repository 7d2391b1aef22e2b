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
  "too-large",
  "empty",
  "never-arrived",
  "gave-up",
] as const;
export type PhotoFailure = (typeof photoFailures)[number];

/** As many of a file's first bytes as `judgeBeginning` wants to see. */
export const beginningBytes = 4_100;

/** Judges by the first bytes; names and declared types prove nothing. */
export async function judgeBeginning(
  bytes: Uint8Array,
): Promise<
  | { accepted: AcceptedType }
  | { refused: Extract<PhotoFailure, "empty" | "not-an-image" | "unsupported-format"> }
> {
  if (bytes.length === 0) return { refused: "empty" };
  const found = await fileTypeFromBuffer(bytes);
  const mime = found?.mime === "image/heif" ? "image/heic" : found?.mime;
  const accepted = acceptedTypes.find((type) => type === mime);
  if (accepted) return { accepted };
  return { refused: mime?.startsWith("image/") ? "unsupported-format" : "not-an-image" };
}
