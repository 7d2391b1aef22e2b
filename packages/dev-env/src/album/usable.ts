import sharp from "sharp";
import { ready, type AwkwardPicture } from "./awkward-picture.ts";
import { hugePng } from "./bombs.ts";
import { cameraExif, cameraPhoto } from "./camera.ts";
import { displayP3Profile } from "./display-p3.ts";
import { heicPhoto } from "./heic.ts";
import { quadrants } from "./quadrants.ts";

/** Stands after the end of one picture's data; must not reach any variant. */
export const smuggled = "<script>alert('smuggled')</script>";

const size = { width: 600, height: 400 };
const jpeg = ready("image/jpeg", 600, 400);
const png = ready("image/png", 600, 400);

/** Unusual pictures that must become photos all the same. */
export const usablePictures: AwkwardPicture[] = [
  {
    name: "camera photo held sideways",
    fileName: "DSC_0042.JPG",
    bytes: () => cameraPhoto({ orientation: 6 }),
    expected: ready("image/jpeg", 4000, 3000),
  },
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => ({
    name: `orientation ${orientation}`,
    fileName: `orientation-${orientation}.jpg`,
    bytes: () => cameraPhoto({ ...size, orientation }),
    expected: jpeg,
  })),
  {
    name: "transparent",
    fileName: "sticker.png",
    bytes: () =>
      quadrants(size)
        .joinChannel(leftHalf(), { raw: { ...size, channels: 1 } })
        .png()
        .toBuffer(),
    expected: png,
  },
  {
    name: "very wide",
    fileName: "panorama.jpg",
    bytes: () => quadrants({ width: 12_000, height: 300 }).jpeg().toBuffer(),
    expected: ready("image/jpeg", 12_000, 300),
  },
  {
    name: "very tall",
    fileName: "Screenshot of a long chat.png",
    bytes: () => quadrants({ width: 600, height: 20_000 }).png().toBuffer(),
    expected: ready("image/png", 600, 20_000),
  },
  {
    name: "100 megapixels",
    fileName: "night.png",
    bytes: async () => hugePng(10_000, 10_000, 10_000),
    expected: ready("image/png", 10_000, 10_000),
  },
  {
    name: "thread",
    fileName: "line.png",
    bytes: () => quadrants({ width: 2, height: 40_000 }).png().toBuffer(),
    expected: ready("image/png", 2, 40_000),
  },
  {
    name: "one pixel",
    fileName: "pixel.gif",
    bytes: () => quadrants({ width: 1, height: 1 }).gif().toBuffer(),
    expected: ready("image/gif", 1, 1),
  },
  {
    name: "cmyk",
    fileName: "from-print.jpg",
    bytes: () =>
      quadrants(size).toColourspace("cmyk").withIccProfile("cmyk").jpeg({ quality: 95 }).toBuffer(),
    expected: jpeg,
  },
  {
    name: "cmyk without profile",
    fileName: "from-print-2.jpg",
    bytes: () => quadrants(size).toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer(),
    expected: jpeg,
  },
  {
    name: "16 bit",
    fileName: "scan.png",
    bytes: () => quadrants(size).toColourspace("rgb16").png().toBuffer(),
    expected: png,
  },
  {
    name: "grey",
    fileName: "darkroom.jpg",
    bytes: () => quadrants(size).toColourspace("b-w").jpeg().toBuffer(),
    expected: jpeg,
  },
  {
    name: "grey with transparency",
    fileName: "stamp.png",
    bytes: () => quadrants(size).toColourspace("b-w").ensureAlpha(0.5).png().toBuffer(),
    expected: png,
  },
  {
    name: "palette",
    fileName: "old.png",
    bytes: () => quadrants(size).png({ palette: true }).toBuffer(),
    expected: png,
  },
  {
    name: "display p3",
    fileName: "IMG_0001.jpg",
    bytes: () => quadrants(size).withIccProfile("p3").jpeg({ quality: 95 }).toBuffer(),
    expected: jpeg,
  },
  {
    name: "progressive",
    fileName: "web.jpg",
    bytes: () => quadrants(size).jpeg({ progressive: true }).toBuffer(),
    expected: jpeg,
  },
  {
    name: "animated gif",
    fileName: "dance.gif",
    bytes: () => animation("gif"),
    expected: ready("image/gif", 600, 400),
  },
  {
    name: "animated webp",
    fileName: "dance.webp",
    bytes: () => animation("webp"),
    expected: ready("image/webp", 600, 400),
  },
  {
    name: "avif",
    fileName: "new.avif",
    bytes: () => quadrants(size).avif({ effort: 0, quality: 80 }).toBuffer(),
    expected: ready("image/avif", 600, 400),
  },
  {
    name: "heic",
    fileName: "IMG_0002.HEIC",
    bytes: async () => heicPhoto({ width: 640, height: 416, exif: await cameraExif() }),
    expected: ready("image/heic", 640, 416),
  },
  {
    name: "heic in display p3",
    fileName: "IMG_0003.HEIC",
    bytes: async () => heicPhoto({ width: 640, height: 416, displayP3: await displayP3Profile() }),
    expected: ready("image/heic", 640, 416),
  },
  {
    name: "jpeg named png",
    fileName: "wrong-name.png",
    bytes: () => quadrants(size).jpeg().toBuffer(),
    expected: jpeg,
  },
  {
    name: "camera's padding before the end mark",
    fileName: "padded.jpg",
    bytes: async () => {
      const photo = await quadrants(size).jpeg().toBuffer();
      return Buffer.concat([photo.subarray(0, -2), Buffer.alloc(64), photo.subarray(-2)]);
    },
    expected: jpeg,
  },
  {
    name: "polyglot",
    fileName: "photo.jpg.html",
    bytes: async () =>
      Buffer.concat([
        await quadrants(size)
          .withExif({ IFD0: { ImageDescription: smuggled } })
          .jpeg()
          .toBuffer(),
        Buffer.from(smuggled),
      ]),
    expected: jpeg,
  },
];

function leftHalf(): Buffer {
  return Buffer.from(
    Array.from({ length: size.width * size.height }, (_, at) =>
      at % size.width < size.width / 2 ? 255 : 0,
    ),
  );
}

/** The first picture is the test picture, the second is black. */
async function animation(format: "gif" | "webp"): Promise<Buffer> {
  const first = await quadrants(size).png().toBuffer();
  const second = await sharp({ create: { ...size, channels: 3, background: "black" } })
    .png()
    .toBuffer();
  return sharp([first, second], { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
}
