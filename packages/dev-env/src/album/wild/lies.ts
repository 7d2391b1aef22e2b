import { crc32, deflateSync } from "node:zlib";
import { chunk, deepPng, hugeGif, hugePng } from "../bombs.ts";
import { quadrants } from "../quadrants.ts";

const painted = () => quadrants({ width: 160, height: 96, grain: 12 });
const png = () => painted().png().toBuffer();
const jpeg = () => painted().jpeg().toBuffer();

export type Lie = { bytes: () => Promise<Buffer>; becomes?: "ready" | "failed" };

/** Pictures that are made to deceive, or to exhaust whoever opens them. */
export const lies: Readonly<Record<string, Lie>> = {
  "jpeg that claims 65,500 × 65,500": failed(async () => jpegOfSize(await jpeg(), 65_500, 65_500)),
  "jpeg that claims 9,000 × 9,000": failed(async () => jpegOfSize(await jpeg(), 9_000, 9_000)),
  "progressive jpeg that claims 9,000 × 9,000": failed(async () =>
    jpegOfSize(await painted().jpeg({ progressive: true }).toBuffer(), 9_000, 9_000),
  ),
  "jpeg without height": failed(async () => jpegOfSize(await jpeg(), 160, 0)),
  "png that claims 2,000,000,000 pixels in a row": failed(async () =>
    pngOfSize(await png(), 2_000_000_000, 1),
  ),
  "png that claims 9,000 × 9,000": failed(async () => pngOfSize(await png(), 9_000, 9_000)),
  "png without width": failed(async () => pngOfSize(await png(), 0, 96)),
  "png of 50,000 × 50,000": failed(async () => hugePng(50_000, 50_000)),
  "png of a single row of 100 megapixels": failed(async () => hugePng(1_000_000, 100, 3)),
  "deep interlaced png of 16 megapixels": failed(async () =>
    deepPng(4_000, 4_000, { interlaced: true }),
  ),
  "gif of 60,000 × 60,000": failed(async () => hugeGif(60_000, 60_000)),
  "gif of 5,000 × 5,000 that ends after a pixel": { bytes: async () => hugeGif(5_000, 5_000) },
  "webp that claims 16,383 × 16,383": failed(async () =>
    webpOfSize(await painted().webp().toBuffer()),
  ),
  "avif that claims 60,000 × 60,000": failed(async () =>
    avifOfSize(await painted().avif({ effort: 0 }).toBuffer(), 60_000, 60_000),
  ),
  "avif that claims 9,000 × 9,000": failed(async () =>
    avifOfSize(await painted().avif({ effort: 0 }).toBuffer(), 9_000, 9_000),
  ),
  "png with a text of 100 MB in a hundred kilobytes": {
    bytes: async () => withChunk(await png(), "zTXt", compressed("Comment\0\0", 100_000_000)),
  },
  "png with ten texts of 7 MB in 68 kilobytes": failed(async () =>
    withChunk(await png(), "zTXt", compressed("Comment\0\0", 7_000_000, 0x61), 10),
  ),
  "png with a colour profile of 100 MB in a hundred kilobytes": {
    bytes: async () => withChunk(await png(), "iCCP", compressed("ICC\0\0", 100_000_000)),
  },
  "png with a thousand texts": ready(async () =>
    withChunk(await png(), "tEXt", Buffer.from("Comment\0again"), 1_000),
  ),
  "png with a colour profile of noise": {
    bytes: async () => withChunk(await png(), "iCCP", compressed("ICC\0\0", 500, 0xa5)),
  },
  "jpeg with EXIF of noise": {
    bytes: async () => withSegment(await jpeg(), 0xe1, `Exif\0\0${"\xa5\x5a".repeat(300)}`),
  },
  "jpeg with EXIF that points at itself": {
    bytes: async () =>
      withSegment(await jpeg(), 0xe1, `Exif\0\0II*\0\x08\0\0\0\xff\xff${"\x08\0".repeat(100)}`),
  },
  "jpeg with a colour profile of noise": {
    bytes: async () => withSegment(await jpeg(), 0xe2, `ICC_PROFILE\0\x01\x01${"?".repeat(300)}`),
  },
  "jpeg with the second of three parts of a profile": {
    bytes: async () => withSegment(await jpeg(), 0xe2, `ICC_PROFILE\0\x02\x03${"\0".repeat(300)}`),
  },
  "jpeg with sixty kilobytes of comment": ready(async () =>
    withSegment(await jpeg(), 0xfe, "-".repeat(60_000)),
  ),
  "jpeg and zip": ready(async () =>
    Buffer.concat([await jpeg(), Buffer.from("PK\x03\x04, and so on")]),
  ),
  "jpeg and another jpeg": ready(async () => Buffer.concat([await jpeg(), await jpeg()])),
  "png and html": ready(async () =>
    Buffer.concat([await png(), Buffer.from("<script>1</script>")]),
  ),
  "gif and javascript": failed(async () =>
    Buffer.from("GIF89a/*".padEnd(400, " ") + "*/=1;alert(1)"),
  ),
  "webp inside of a wav": failed(async () => {
    const bytes = await painted().webp().toBuffer();
    bytes.write("WAVE", 8, "latin1");
    return bytes;
  }),
  "the beginnings of all formats, one after the other": failed(async () =>
    Buffer.from("\xff\xd8\xff\x89PNG\r\n\x1a\nGIF89aRIFF\0\0\0\0WEBPVP8 ", "latin1"),
  ),
  "a kilobyte of 0xff": failed(async () => Buffer.alloc(1_000, 0xff)),
  "svg in a jpeg's clothes": failed(async () =>
    Buffer.from('\xff\xd8\xff\xe0<svg xmlns="http://www.w3.org/2000/svg"/>', "latin1"),
  ),
  "one pixel wide, 8,000 high": ready(() =>
    quadrants({ width: 1, height: 8_000 }).png().toBuffer(),
  ),
  "8,000 wide, one pixel high": ready(() =>
    quadrants({ width: 8_000, height: 1 }).jpeg().toBuffer(),
  ),
  "one pixel of jpeg": ready(() => quadrants({ width: 1, height: 1 }).jpeg().toBuffer()),
  "one pixel of png": ready(() => quadrants({ width: 1, height: 1 }).png().toBuffer()),
  "one pixel of webp": ready(() => quadrants({ width: 1, height: 1 }).webp().toBuffer()),
};

function ready(bytes: Lie["bytes"]): Lie {
  return { bytes, becomes: "ready" };
}

function failed(bytes: Lie["bytes"]): Lie {
  return { bytes, becomes: "failed" };
}

function jpegOfSize(jpeg: Buffer, width: number, height: number): Buffer {
  const bytes = Buffer.from(jpeg);
  const frame = [0xc0, 0xc2]
    .map((kind) => bytes.indexOf(Buffer.from([0xff, kind, 0])))
    .find((at) => at > 0);
  bytes.writeUInt16BE(height, (frame ?? 0) + 5);
  bytes.writeUInt16BE(width, (frame ?? 0) + 7);
  return bytes;
}

function pngOfSize(png: Buffer, width: number, height: number): Buffer {
  const bytes = Buffer.from(png);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

/** Of a lossy one: its frame says twice 14 bits. */
function webpOfSize(webp: Buffer): Buffer {
  const bytes = Buffer.from(webp);
  const frame = bytes.indexOf(Buffer.from([0x9d, 0x01, 0x2a]));
  bytes.writeUInt32LE(0x3fff3fff, frame + 3);
  return bytes;
}

function avifOfSize(avif: Buffer, width: number, height: number): Buffer {
  const bytes = Buffer.from(avif);
  const at = bytes.indexOf("ispe");
  bytes.writeUInt32BE(width, at + 8);
  bytes.writeUInt32BE(height, at + 12);
  return bytes;
}

function compressed(before: string, length: number, fill = 0): Buffer {
  return Buffer.concat([Buffer.from(before, "latin1"), deflateSync(Buffer.alloc(length, fill))]);
}

function withChunk(png: Buffer, type: string, content: Buffer, times = 1): Buffer {
  const headerEnd = 33;
  const chunks = Array<Buffer>(times).fill(chunk(type, content));
  return Buffer.concat([png.subarray(0, headerEnd), ...chunks, png.subarray(headerEnd)]);
}

function withSegment(jpeg: Buffer, marker: number, content: string): Buffer {
  const body = Buffer.from(content, "latin1");
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
