import { UnreadableImageError } from "./unreadable-image-error.ts";

const machineInTrouble =
  /out of memory|insufficient memory|allocation failed|unable to allocate|unix error|system error|file is missing|\bE[A-Z]{4,}:/i;

/**
 * What a decoder threw, as the owner should hear it. The decoder has only words to tell a broken
 * file from a machine in trouble; a lack of memory is the machine's, so that a retry may help.
 */
export function asImageFault(error: unknown): unknown {
  if (error instanceof UnreadableImageError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/pixel limit|security limit|too (large|big)/i.test(message)) {
    return new UnreadableImageError("too-many-pixels", { cause: error });
  }
  if (machineInTrouble.test(message)) return error;
  return new UnreadableImageError("damaged", { cause: error });
}
