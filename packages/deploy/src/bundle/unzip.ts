import { createWriteStream } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";

import { openPromise } from "yauzl";

/** What the platform does with a bundle. Names that lead out of the folder are refused by the library. */
export async function unzip(source: string, folder: string): Promise<void> {
  const zip = await openPromise(source, { lazyEntries: true });
  for await (const entry of zip.eachEntry()) {
    const target = join(folder, entry.fileName);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
    await chmod(target, (entry.externalFileAttributes >>> 16) & 0o777);
  }
}
