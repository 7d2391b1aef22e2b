import type { PhotoRow, PhotoStatus } from "@tendril/database";
import { isWorthRetrying, maxMegapixels, type PhotoFailure } from "@tendril/storage";

/** An own photo that is not in the gallery (yet). */
export function presentPendingUpload(photo: PhotoRow) {
  return {
    slug: photo.slug,
    status: photo.status,
    reason: reasonOf(photo),
    canRetry: canRetry(photo),
    awaitsOriginal: awaitsOriginal(photo),
    isNarrowed: isNarrowed(photo),
    fileName: photo.fileName,
    statusHref: `/api/photos/${photo.slug}/status`,
  };
}

export function canRetry({ status, failure }: Pick<PhotoRow, "status" | "failure">): boolean {
  return status === "failed" && isWorthRetrying(failure);
}

/** It can be prepared only when its original is back from the archive, which takes hours. */
export function awaitsOriginal({
  status,
  restoreState,
  restoreFor,
}: Pick<PhotoRow, "status" | "restoreState" | "restoreFor">): boolean {
  return status === "processing" && restoreState === "requested" && restoreFor === "processing";
}

/** It was shown to everybody; its files are made anew where only those with the link find them. */
function isNarrowed({ status, publishedAt, visibility }: PhotoRow): boolean {
  return status === "processing" && publishedAt !== null && visibility === "link";
}

export function reasonOf({
  status,
  failure,
}: {
  status: PhotoStatus;
  failure: string | null;
}): string | null {
  return status === "failed" ? describeFailure(failure ?? "gave-up") : null;
}

const words: Record<PhotoFailure, string> = {
  "not-an-image": "This file is not a picture. Choose a JPEG, PNG, WebP, GIF, AVIF or HEIC file.",
  "unsupported-format":
    "This kind of picture is not accepted. Save it as JPEG, PNG, WebP, GIF, AVIF or HEIC and try again.",
  damaged:
    "The file is damaged and cannot be read to its end. Copy it from the camera again, or export it anew.",
  "too-many-pixels": `The picture has more than ${maxMegapixels} megapixels. Make it smaller and try again.`,
  "too-demanding":
    "The picture takes more memory or time to read than we can give to one. Save it smaller, or as a plain JPEG, and try again.",
  "too-large": "The file is too large. Make it smaller and try again.",
  empty: "The file is empty. Nothing of it arrived.",
  "never-arrived": "The upload was not finished. Send the file again.",
  "gave-up":
    "We could not make this picture ready, though we tried several times. The operators have been told.",
};

export function describeFailure(failure: string): string {
  const known: Readonly<Record<string, string>> = words;
  return known[failure] ?? words["gave-up"];
}
