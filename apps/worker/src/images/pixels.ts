import type { Sharp } from "sharp";
import { sharp } from "./libvips.ts";

/** Decoded, upright or about to be: sRGB, 8 bits, with alpha or without; no metadata can hide here. */
export type Pixels = { data: Buffer; width: number; height: number; channels: 3 | 4 };

export function toSharp({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

export async function fromSharp(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.raw({ depth: "uchar" }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels !== 3 && channels !== 4)
    throw new Error(`expected RGB or RGBA, not ${channels} channels`);
  return { data, width, height, channels };
}
