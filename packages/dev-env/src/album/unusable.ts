import { failed, type AwkwardPicture } from "./awkward-picture.ts";
import { hugeGif, hugePng } from "./bombs.ts";
import { heicPhoto } from "./heic.ts";
import { quadrants } from "./quadrants.ts";

const photo = () => quadrants({ width: 1200, height: 800, grain: 20 });

/** What cannot become a photo, and what its owner is told. */
export const unusablePictures: AwkwardPicture[] = [
  {
    name: "zero bytes",
    fileName: "empty.jpg",
    bytes: async () => Buffer.alloc(0),
    expected: failed("empty"),
  },
  {
    name: "text named jpg",
    fileName: "holiday.jpg",
    bytes: async () => Buffer.from("Dear diary, today the camera broke.\n"),
    expected: failed("not-an-image"),
  },
  {
    name: "svg",
    fileName: "logo.svg",
    bytes: async () =>
      Buffer.from(
        `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/hostname"/></svg>`,
      ),
    expected: failed("unsupported-format"),
  },
  {
    name: "pdf",
    fileName: "brochure.jpg",
    bytes: async () =>
      Buffer.from("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"),
    expected: failed("not-an-image"),
  },
  {
    name: "tiff",
    fileName: "scan.tif",
    bytes: () => photo().tiff().toBuffer(),
    expected: failed("unsupported-format"),
  },
  {
    name: "zip that begins like a gif",
    fileName: "both.gif",
    bytes: async () => Buffer.concat([Buffer.from("GIF89a"), Buffer.alloc(600, "PK\x03\x04")]),
    expected: failed("damaged"),
  },
  {
    name: "corrupt jpeg",
    fileName: "bad-card.jpg",
    bytes: async () => corrupt(await photo().jpeg().toBuffer()),
    expected: failed("damaged"),
  },
  truncated("jpeg", () => photo().jpeg().toBuffer()),
  truncated("progressive jpeg", () => photo().jpeg({ progressive: true }).toBuffer()),
  truncated("png", () => photo().png().toBuffer()),
  truncated("webp", () => photo().webp().toBuffer()),
  truncated("gif", () => photo().gif({ effort: 1 }).toBuffer()),
  truncated("avif", () => photo().avif({ effort: 0 }).toBuffer()),
  truncated("heic", async () => heicPhoto({ width: 640, height: 416 })),
  {
    name: "jpeg that ends after its header",
    fileName: "cut.jpg",
    bytes: async () => (await photo().jpeg().toBuffer()).subarray(0, 30),
    expected: failed("damaged"),
  },
  {
    name: "50,000 × 50,000 png of a few kilobytes",
    fileName: "bomb.png",
    bytes: async () => hugePng(50_000, 50_000),
    expected: failed("too-many-pixels"),
  },
  {
    name: "just above 100 megapixels",
    fileName: "too-large.png",
    bytes: async () => hugePng(10_000, 10_001),
    expected: failed("too-many-pixels"),
  },
  {
    name: "gif of 60,000 × 60,000",
    fileName: "bomb.gif",
    bytes: async () => hugeGif(60_000, 60_000),
    expected: failed("too-many-pixels"),
  },
];

function truncated(format: string, bytes: () => Promise<Buffer>): AwkwardPicture {
  return {
    name: `truncated ${format}`,
    fileName: `half.${format.replace(/.* /, "")}`,
    bytes: async () => {
      const whole = await bytes();
      return whole.subarray(0, Math.floor(whole.length / 2));
    },
    expected: failed("damaged"),
  };
}

/** Every hundredth byte of the picture's data changed, as a failing memory card does. */
function corrupt(jpeg: Buffer): Buffer {
  const bytes = Buffer.from(jpeg);
  for (let at = 1000; at < bytes.length - 2; at += 100) bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
  return bytes;
}
