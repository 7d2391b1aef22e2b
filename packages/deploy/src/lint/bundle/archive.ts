import { buffer } from "node:stream/consumers";

import { openPromise } from "yauzl";

export type ArchiveFile = { name: string; mode: number; bytes: Buffer };

/** All files of a zip, in memory: a bundle is small. */
export async function readArchive(path: string): Promise<Map<string, ArchiveFile>> {
  const zip = await openPromise(path, { lazyEntries: true });
  const files = new Map<string, ArchiveFile>();
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileName;
    if (name.endsWith("/")) continue;
    const bytes = await buffer(await zip.openReadStreamPromise(entry));
    files.set(name, { name, mode: entry.externalFileAttributes >>> 16, bytes });
  }
  return files;
}
