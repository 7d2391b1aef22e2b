import { variantWidths, type Size } from "@tendril/storage/variants";

/** What WebP can hold. Only a strip thinner than a pixel would be taller; it is squeezed. */
const maxHeight = 16_383;

/** Widest first, as each is made from the one before. */
export function variantSizes(photo: Size): Size[] {
  return variantWidths(photo)
    .map((width) => ({ width, height: heightFor(photo, width) }))
    .toReversed();
}

function heightFor(photo: Size, width: number): number {
  const height = Math.round((photo.height * width) / photo.width);
  return Math.min(Math.max(height, 1), maxHeight);
}
