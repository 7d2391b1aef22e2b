/** Widths that browsers choose from. Never enlarged: a smaller photo ends with its own width. */
const steps = [320, 640, 1280, 2048] as const;

/** JPEG for whatever cannot show WebP: mail programs, old browsers, link previews. */
const fallbackStep = 1280;

/** WebP and JPEG encoders stop at 16,383 and 65,535 pixels; beyond 8,192 nobody looks at one picture. */
const maxHeight = 8_192;

/** A photo's width as far as variants go: a very tall one is made smaller until its height fits. */
function fullWidth({ width, height }: Size): number {
  return Math.max(
    1,
    Math.min(width, steps.at(-1) ?? width, Math.floor((maxHeight / height) * width)),
  );
}

export type Size = { width: number; height: number };

/** The widths that exist of a photo, smallest first. */
export function variantWidths(photo: Size): number[] {
  const full = fullWidth(photo);
  return [...steps.filter((step) => step < full), full];
}

export function fallbackWidth(photo: Size): number {
  return Math.min(fallbackStep, fullWidth(photo));
}

/** The names of all files that are made of a photo. */
export function variantNames(photo: Size): string[] {
  return [...variantWidths(photo).map(webpName), jpegName(fallbackWidth(photo))];
}

export const webpName = (width: number): string => `w${width}.webp`;
export const jpegName = (width: number): string => `w${width}.jpg`;
