import { readFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import createLibheif from "libheif-js/libheif-wasm/libheif-bundle.mjs";
import type { HeicRequest, HeicAnswer } from "./heic.ts";

// Runs in a thread of its own: the decoder computes for seconds without a pause.

async function decode({ path, maxPixels }: HeicRequest): Promise<HeicAnswer> {
  const images = new (createLibheif().HeifDecoder)().decode(await readFile(path));
  const image = images.find((candidate) => candidate.is_primary()) ?? images[0];
  if (!image) return "damaged";
  const [width, height] = [image.get_width(), image.get_height()];
  // Measured again, since this is another reader than the one that measured before.
  if (width * height > maxPixels) return "too-many-pixels";
  const data = new Uint8ClampedArray(width * height * 4);
  const shown = await new Promise((resolve) => image.display({ data, width, height }, resolve));
  return shown ? { data: new Uint8Array(data.buffer), width, height } : "damaged";
}

const request: HeicRequest = workerData;
const answer = await decode(request);
parentPort?.postMessage(answer, typeof answer === "string" ? [] : [answer.data.buffer]);
