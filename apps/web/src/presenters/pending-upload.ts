import type { PhotoRow, PhotoStatus } from "@tendril/database";
import { describeFailure, isWorthRetrying } from "@tendril/storage";

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
