import { rgbaToThumbHash } from "thumbhash";
import { fromSharp, toSharp, type Pixels } from "./pixels.ts";

const side = 100;

/** Some 25 bytes, as base64, from which a browser paints a blurred stand-in before the photo comes. */
export async function placeholder(pixels: Pixels): Promise<string> {
  const small = await fromSharp(
    toSharp(pixels).resize(side, side, { fit: "inside", withoutEnlargement: true }).ensureAlpha(),
  );
  return Buffer.from(rgbaToThumbHash(small.width, small.height, small.data)).toString("base64");
}
