import sharp from "sharp";
import type { Colour } from "./quadrants.ts";

/** The mean colours around the middles of the four quadrants, as the eye of a test sees a variant. */
export async function look(variant: string | Buffer) {
  const { data, info } = await sharp(variant)
    .flatten({ background: "white" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) =>
    mean(data, info, Math.floor(info.width * x), Math.floor(info.height * y));
  return {
    topLeft: at(0.25, 0.25),
    topRight: at(0.75, 0.25),
    bottomLeft: at(0.25, 0.75),
    bottomRight: at(0.75, 0.75),
  };
}

type Shape = { width: number; height: number; channels: number };

function mean(data: Buffer, { width, height, channels }: Shape, x: number, y: number): Colour {
  const reach = { x: Math.floor(width / 10), y: Math.floor(height / 10) };
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let row = y - reach.y; row <= y + reach.y; row++) {
    for (let column = x - reach.x; column <= x + reach.x; column++) {
      const pixel = (row * width + column) * channels;
      for (const channel of [0, 1, 2] as const)
        sum[channel] += data[pixel + (channels < 3 ? 0 : channel)] ?? 0;
      count++;
    }
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** What a WebP or JPEG file holds beside its pixels: chunks and segments that nobody needs to see. */
export function luggage(file: Buffer): string[] {
  return file.toString("latin1", 0, 4) === "RIFF" ? webpLuggage(file) : jpegLuggage(file);
}

function webpLuggage(file: Buffer): string[] {
  const found: string[] = [];
  for (let at = 12; at + 8 <= file.length;) {
    const type = file.toString("latin1", at, at + 4);
    if (!["VP8 ", "VP8L", "VP8X", "ALPH"].includes(type)) found.push(type);
    const length = file.readUInt32LE(at + 4);
    at += 8 + length + (length % 2);
  }
  return found;
}

function jpegLuggage(file: Buffer): string[] {
  const found: string[] = [];
  for (
    let at = 2;
    at + 4 <= file.length && file[at + 1] !== 0xda;
    at += 2 + file.readUInt16BE(at + 2)
  ) {
    const marker = file[at + 1] ?? 0;
    // APP0 is the plain JFIF header; APP1 to APP15 and comments carry what others put there.
    if ((marker > 0xe0 && marker <= 0xef) || marker === 0xfe)
      found.push(`segment ${marker.toString(16)}`);
  }
  const end = file.lastIndexOf(Buffer.from([0xff, 0xd9]));
  if (end !== file.length - 2) found.push("something after the end");
  return found;
}
