import type { Size } from "@tendril/storage";
import type { FailOnOptions, Sharp } from "sharp";
import { decodeHeic } from "./heic.ts";
import { asImageFault } from "./image-fault.ts";
import { maxPixels, type Photo } from "./inspect.ts";
import { sharp } from "./libvips.ts";
import { turnUpright, upright } from "./orientation.ts";
import { fromSharp, type Pixels } from "./pixels.ts";

/**
 * A photo as upright sRGB pixels of `size`. Decoder and shrinking run as one stream of lines
 * (and JPEG is decoded at a fraction where that suffices), so the full picture is rarely in memory.
 * Of animations the first picture is taken: a gallery of photos shows photos.
 */
export async function decode(photo: Photo, size: Size, signal?: AbortSignal): Promise<Pixels> {
  const stored = upright(size, photo.orientation);
  try {
    const input =
      photo.contentType === "image/heic" ? await decodeHeic(photo, stored, signal) : photo.path;
    return await turnUpright(await shrinkToSrgb(input, stored), photo.orientation);
  } catch (error) {
    signal?.throwIfAborted();
    throw asImageFault(error);
  }
}

/**
 * Cameras write some things that decoders warn about and that do no harm; other warnings
 * (wrong Huffman code, premature end) mean grey bands across the picture.
 */
const harmless =
  /extraneous bytes before marker|Invalid SOS parameters|Unknown Adobe color transform/;

async function shrinkToSrgb(input: string | Buffer, size: Size): Promise<Pixels> {
  try {
    return await fromSharp(pipeline(input, size, "warning"));
  } catch (error) {
    if (!(error instanceof Error) || !harmless.test(error.message)) throw error;
    return await fromSharp(pipeline(input, size, "error"));
  }
}

function pipeline(input: string | Buffer, { width, height }: Size, failOn: FailOnOptions): Sharp {
  return sharp(input, { failOn, limitInputPixels: maxPixels, sequentialRead: true })
    .resize(width, height, { fit: "fill" })
    .toColourspace("srgb");
}
