import type { Size } from "@tendril/storage";
import { fromSharp, toSharp, type Pixels } from "./pixels.ts";

/** EXIF orientation → mirror left to right, then turn clockwise: the order in which sharp does it. */
const turns: Record<number, { degrees: number; mirror: boolean }> = {
  2: { degrees: 0, mirror: true },
  3: { degrees: 180, mirror: false },
  4: { degrees: 180, mirror: true },
  5: { degrees: 270, mirror: true },
  6: { degrees: 90, mirror: false },
  7: { degrees: 90, mirror: true },
  8: { degrees: 270, mirror: false },
};

/** The size once upright. It is its own inverse: it also says how large a stored picture lies. */
export function upright({ width, height }: Size, orientation: number): Size {
  const lying = (turns[orientation]?.degrees ?? 0) % 180 === 90;
  return lying ? { width: height, height: width } : { width, height };
}

/**
 * Done after shrinking, not by sharp's autoOrient before it: turning needs the whole picture in
 * memory, which at 100 megapixels is 300 MB, and at the largest variant's size is 10.
 */
export async function turnUpright(pixels: Pixels, orientation: number): Promise<Pixels> {
  const turn = turns[orientation];
  if (!turn) return pixels;
  return fromSharp(toSharp(pixels).rotate(turn.degrees).flop(turn.mirror));
}
