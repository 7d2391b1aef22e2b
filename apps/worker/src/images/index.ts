export { processImage } from "./process-image.ts";
export type { ProcessedImage, ProcessOptions, Variant } from "./process-image.ts";
export { UnreadableImageError } from "./unreadable-image-error.ts";
