import { toSharp, type Pixels } from "./pixels.ts";

// Measured: see ADR 0003.
const webp = { quality: 80, effort: 2 };
const jpeg = { quality: 76, mozjpeg: false };

/** What shows through where a photo is transparent and the format has no transparency. */
const paper = "#ffffff";

/** Writes the file and returns its length. */
export async function writeWebp(pixels: Pixels, path: string): Promise<number> {
  const { size } = await toSharp(pixels).webp(webp).toFile(path);
  return size;
}

/** Writes the file and returns its length. */
export async function writeJpeg(pixels: Pixels, path: string): Promise<number> {
  const { size } = await toSharp(pixels).flatten({ background: paper }).jpeg(jpeg).toFile(path);
  return size;
}
