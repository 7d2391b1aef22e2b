// Not processImage itself: the libraries that decode are loaded in the children alone.
export { ImageFence } from "./fence/image-fence.ts";
export type { ImageLimits } from "./fence/limits.ts";
export type { ProcessedImage, ProcessOptions, Variant } from "./process-image.ts";
export { UnreadableImageError } from "./unreadable-image-error.ts";
