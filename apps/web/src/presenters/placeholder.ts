import { crc32, deflateSync } from "node:zlib";

import { thumbHashToRGBA } from "thumbhash";

/** Every third pixel of the 32 that a thumbhash unfolds to; browsers blur what lies between. */
const step = 3;

/** A thumbhash as a picture of a few hundred bytes, so that it shows without a script. */
export function placeholderUrl(thumbhash: string): string {
  const { w, h, rgba } = thumbHashToRGBA(Buffer.from(thumbhash, "base64"));
  const width = Math.ceil(w / step);
  const height = Math.ceil(h / step);
  const rows = Buffer.alloc(height * (1 + width * 4));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * step * w + x * step) * 4;
      // Each row of a PNG begins with its filter's number: 0, none.
      rows.set(rgba.subarray(from, from + 4), y * (1 + width * 4) + 1 + x * 4);
    }
  }
  return `data:image/png;base64,${png(width, height, rows).toString("base64")}`;
}

/** The smallest PNG there can be (PNG specification, section 5): 8 bits, RGBA, not interlaced. */
function png(width: number, height: number, rows: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
