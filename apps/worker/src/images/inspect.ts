import { acceptedTypes, maxMegapixels, type AcceptedType } from "@tendril/storage/accepted";
import type { Size } from "@tendril/storage/variants";
import type { Metadata } from "sharp";
import { asImageFault } from "./image-fault.ts";
import { judge } from "./judge.ts";
import { sharp } from "./libvips.ts";
import { upright } from "./orientation.ts";
import { takenAt } from "./taken-at.ts";
import { UnreadableImageError } from "./unreadable-image-error.ts";

export type Photo = {
  path: string;
  contentType: AcceptedType;
  /** Upright, of the original. */
  size: Size;
  /** EXIF orientation, 1 to 8: how the stored pixels have to be turned. */
  orientation: number;
  takenAt: Date | null;
  colourProfile: Buffer | undefined;
};

export const maxPixels = maxMegapixels * 1_000_000;

/** What a photo is and how large, from its headers alone: cheap, whatever it claims to hold. */
export async function inspect(path: string): Promise<Photo> {
  await judge(path);
  const metadata = await readMetadata(path);
  const { width, height } = metadata;
  if (!width || !height) throw new UnreadableImageError("damaged");
  if (width * height > maxPixels) throw new UnreadableImageError("too-many-pixels");
  const contentType = acceptedTypes.find((type) => type === metadata.mediaType);
  if (!contentType) throw new UnreadableImageError("unsupported-format");
  // HEIF turns its pixels by boxes of its own, which the decoder has obeyed already.
  const orientation = metadata.format === "heif" ? 1 : (metadata.orientation ?? 1);
  return {
    path,
    contentType,
    size: upright({ width, height }, orientation),
    orientation,
    takenAt: metadata.exif ? takenAt(metadata.exif) : null,
    colourProfile: metadata.icc,
  };
}

async function readMetadata(path: string): Promise<Metadata> {
  try {
    return await sharp(path, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw asImageFault(error);
  }
}
