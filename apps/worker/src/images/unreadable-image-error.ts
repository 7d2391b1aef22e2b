import type { PhotoFailure } from "@tendril/storage";

/**
 * The file itself is at fault: no further attempt can help, and its owner is told `reason`.
 * Anything else that processing throws (disk full, out of memory) says nothing about the photo.
 */
export class UnreadableImageError extends Error {
  override readonly name = "UnreadableImageError";
  readonly reason: PhotoFailure;

  constructor(reason: PhotoFailure, options: { cause?: unknown } = {}) {
    super(`the photo cannot be used: ${reason}`, options);
    this.reason = reason;
  }
}
