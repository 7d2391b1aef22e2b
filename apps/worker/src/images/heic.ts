import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Size } from "@tendril/storage";
import { maxPixels, type Photo } from "./inspect.ts";
import { toSharp } from "./pixels.ts";
import { withColourProfile } from "./png-profile.ts";
import { UnreadableImageError } from "./unreadable-image-error.ts";

export type HeicRequest = { path: string; maxPixels: number };
export type HeicAnswer =
  | { data: Uint8Array<ArrayBuffer>; width: number; height: number }
  | "damaged"
  | "too-many-pixels";

const thread = new URL(`./heic-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * A HEIC photo as a PNG of the wanted size in its own colours, which then goes the way of all
 * others. The native library comes without a decoder for HEVC (patents); the one compiled to
 * WebAssembly is slower and sits in a sandbox. Aborting ends its thread at once.
 */
export async function decodeHeic(photo: Photo, size: Size, signal?: AbortSignal): Promise<Buffer> {
  const answer = await runThread({ path: photo.path, maxPixels }, signal);
  if (typeof answer === "string") throw new UnreadableImageError(answer);
  const { data, width, height } = answer;
  const pixels = { data: Buffer.from(data.buffer), width, height, channels: 4 as const };
  const png = await toSharp(pixels)
    .resize(size.width, size.height, { fit: "fill" })
    .png({ compressionLevel: 0 })
    .toBuffer();
  return photo.colourProfile ? withColourProfile(png, photo.colourProfile) : png;
}

async function runThread(workerData: HeicRequest, signal?: AbortSignal): Promise<HeicAnswer> {
  // The decoder writes its complaints to the console; `stdout: true` keeps them out of our log.
  const worker = new Worker(thread, { workerData, stdout: true, stderr: true });
  // An error while it is being ended has no other listener, and would end this process.
  worker.on("error", () => {});
  try {
    const ended = once(worker, "exit", { signal }).then((): HeicAnswer[] => ["damaged"]);
    const [answer]: HeicAnswer[] = await Promise.race([once(worker, "message", { signal }), ended]);
    return answer ?? "damaged";
  } finally {
    await worker.terminate();
  }
}
