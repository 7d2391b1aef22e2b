import { constants, crc32, deflateRawSync, deflateSync } from "node:zlib";

/**
 * A PNG, black and white, that promises far more than it weighs: with `rows` less than its height
 * it ends early, but no reader can know before it has made room for the whole.
 */
export function hugePng(width: number, height: number, rows = Math.min(height, 500)): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1; // bit per pixel
  const data = deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * rows), { level: 9 });
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/**
 * A PNG of 16 bits a channel with transparency, eight bytes a pixel, all black, in a thousandth of
 * that. Interlaced, it has to be held as a whole; else it costs nothing but time. Its checksum is
 * wrong, which shows only after its last line.
 */
export function deepPng(width: number, height: number, { interlaced = false } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 16; // bits
  header[9] = 6; // red, green, blue, alpha
  header[12] = interlaced ? 1 : 0;
  const step = 1_000_000;
  const zeros = deflateRawSync(Buffer.alloc(step), { finishFlush: constants.Z_FULL_FLUSH });
  const steps = Math.ceil((width * 8 + 2) * (height / step) * 1.01);
  const data = Buffer.concat([Buffer.from([0x78, 0x01]), ...Array<Buffer>(steps).fill(zeros)]);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data)]);
}

/** A GIF of 35 bytes; its one picture ends after a pixel. */
export function hugeGif(width: number, height: number): Buffer {
  const screen = Buffer.alloc(7);
  screen.writeUInt16LE(width, 0);
  screen.writeUInt16LE(height, 2);
  screen[4] = 0x80; // two colours follow
  const place = Buffer.concat([
    Buffer.from([0x2c, 0, 0, 0, 0]),
    screen.subarray(0, 4),
    Buffer.alloc(1),
  ]);
  const pixel = Buffer.from([2, 2, 0x44, 1, 0, 0x3b]);
  return Buffer.concat([
    Buffer.from("GIF89a"),
    screen,
    Buffer.from([0, 0, 0, 255, 255, 255]),
    place,
    pixel,
  ]);
}

export function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(content.length);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}
