import { createWriteStream } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { ZipFile } from "yazl";

import { listFiles } from "./files.ts";

const executable = 0o100755;
const plain = 0o100644;

/** Same files, same bytes: one order, one time, and of the modes only whether a file can be run. */
export async function zipFolder(folder: string, target: string, time: Date): Promise<number> {
  const zip = new ZipFile();
  // A zip has times without a zone, and yazl writes those of the machine.
  const mtime = new Date(time.getTime() + time.getTimezoneOffset() * 60_000);
  for (const name of await listFiles(folder)) {
    const path = join(folder, name);
    const { mode: found } = await stat(path);
    const mode = found & 0o100 ? executable : plain;
    zip.addFile(path, name, { mtime, mode, forceDosTimestamp: true });
  }
  zip.end();
  // A build that is broken off leaves no half bundle where the whole one is expected.
  const unfinished = `${target}.part`;
  await pipeline(zip.outputStream, createWriteStream(unfinished));
  await rename(unfinished, target);
  return (await stat(target)).size;
}
