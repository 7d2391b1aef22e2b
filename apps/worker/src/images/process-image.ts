import { join } from "node:path";
import type { AcceptedType } from "@tendril/storage/accepted";
import { fallbackWidth, jpegName, webpName, type Size } from "@tendril/storage/variants";
import { decode } from "./decode.ts";
import { writeJpeg, writeWebp } from "./encode.ts";
import { inspect } from "./inspect.ts";
import { fromSharp, toSharp, type Pixels } from "./pixels.ts";
import { placeholder } from "./placeholder.ts";
import { variantSizes } from "./variant-sizes.ts";

export type Variant = {
  name: string;
  path: string;
  contentType: "image/webp" | "image/jpeg";
  width: number;
  height: number;
  bytes: number;
};

export type ProcessedImage = {
  contentType: AcceptedType;
  /** Upright, of the original. */
  width: number;
  height: number;
  takenAt: Date | null;
  /** ThumbHash, base64. */
  placeholder: string;
  variants: Variant[];
};

export type ProcessOptions = {
  /** Where the variants are written; exists already, is the caller's to empty, also after a failure. */
  directory: string;
  signal?: AbortSignal | undefined;
};

/**
 * Makes of an untrusted file all that the gallery shows of it. Only pixels pass from the original
 * to the variants, so no location, serial number or other metadata can.
 * Throws UnreadableImageError when the file is at fault. The worker calls it through ImageFence, in a
 * process that is ended when the work has to stop; `signal` stops it between two steps.
 */
export async function processImage(
  path: string,
  { directory, signal }: ProcessOptions,
): Promise<ProcessedImage> {
  signal?.throwIfAborted();
  const photo = await inspect(path);
  const variants: Variant[] = [];
  let pixels: Pixels | undefined;

  for (const size of variantSizes(photo.size)) {
    signal?.throwIfAborted();
    pixels = pixels ? await shrink(pixels, size) : await decode(photo, size, signal);
    signal?.throwIfAborted();
    variants.push(await writeVariant(pixels, directory, "image/webp"));
    if (size.width === fallbackWidth(photo.size))
      variants.push(await writeVariant(pixels, directory, "image/jpeg"));
  }
  signal?.throwIfAborted();
  if (!pixels) throw new Error("a photo without variants");
  const { contentType, takenAt } = photo;
  return { contentType, ...photo.size, takenAt, placeholder: await placeholder(pixels), variants };
}

async function shrink(pixels: Pixels, { width, height }: Size): Promise<Pixels> {
  return fromSharp(toSharp(pixels).resize(width, height, { fit: "fill" }));
}

async function writeVariant(
  pixels: Pixels,
  directory: string,
  contentType: Variant["contentType"],
): Promise<Variant> {
  const { width, height } = pixels;
  const isWebp = contentType === "image/webp";
  const name = isWebp ? webpName(width) : jpegName(width);
  const path = join(directory, name);
  const bytes = await (isWebp ? writeWebp(pixels, path) : writeJpeg(pixels, path));
  return { name, path, contentType, width, height, bytes };
}
