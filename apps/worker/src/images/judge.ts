import { open } from "node:fs/promises";
import { beginningBytes, judgeBeginning } from "@tendril/storage/accepted";
import { UnreadableImageError } from "./unreadable-image-error.ts";

/** Lets through what begins like an accepted format; the decoder finds out whether the rest is true. */
export async function judge(path: string): Promise<void> {
  const verdict = await judgeBeginning(await readBeginning(path));
  if ("refused" in verdict) throw new UnreadableImageError(verdict.refused);
}

async function readBeginning(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(beginningBytes), 0, beginningBytes, 0);
  return buffer.subarray(0, bytesRead);
}
