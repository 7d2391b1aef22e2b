import sharp from "sharp";
import { cameraExif, cameraPhoto } from "../camera.ts";
import { displayP3Profile } from "../display-p3.ts";
import { heicPhoto } from "../heic.ts";
import { quadrants } from "../quadrants.ts";
import { animatedPng } from "./apng.ts";

const size = { width: 160, height: 96 };
const heicSize = { width: 160, height: 96 };
const painted = () => quadrants({ ...size, grain: 12 });

/** Small sound pictures of every kind that people send, to be damaged in many ways. */
export const sources: Readonly<Record<string, () => Promise<Buffer>>> = {
  "jpeg of a camera": () => cameraPhoto({ ...size, orientation: 6 }),
  "progressive jpeg": () => painted().jpeg({ progressive: true }).toBuffer(),
  "cmyk jpeg": () => painted().toColourspace("cmyk").withIccProfile("cmyk").jpeg().toBuffer(),
  "jpeg in display p3": () => painted().withIccProfile("p3").jpeg().toBuffer(),
  "grey jpeg": () => painted().toColourspace("b-w").jpeg().toBuffer(),
  png: () => painted().png().toBuffer(),
  "interlaced png": () => painted().png({ progressive: true }).toBuffer(),
  "16 bit png": () => painted().toColourspace("rgb16").png().toBuffer(),
  "palette png": () => painted().png({ palette: true }).toBuffer(),
  "animated png": async () => animatedPng(await painted().png().toBuffer()),
  webp: () => painted().webp().toBuffer(),
  "lossless webp": () => painted().webp({ lossless: true, effort: 0 }).toBuffer(),
  "animated webp": async () => (await frames()).webp({ effort: 0 }).toBuffer(),
  gif: () => painted().gif({ effort: 1 }).toBuffer(),
  "animated gif": async () => (await frames()).gif({ effort: 1 }).toBuffer(),
  avif: () => painted().avif({ effort: 0 }).toBuffer(),
  heic: async () => heicPhoto({ ...heicSize, exif: await cameraExif() }),
  "heic in display p3": async () => heicPhoto({ ...heicSize, displayP3: await displayP3Profile() }),
};

async function frames() {
  const first = await painted().png().toBuffer();
  const second = await painted().negate().png().toBuffer();
  return sharp([first, second, first], { join: { animated: true } });
}
