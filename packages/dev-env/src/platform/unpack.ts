import { link, mkdir, readdir, stat, symlink } from "node:fs/promises";
import { join } from "node:path";

import { unzip } from "@tendril/deploy";

/** Lays the content of a bundle into that folder. */
export type Unpack = (bundle: string, folder: string) => Promise<void>;

/**
 * Each bundle is unzipped once; instances get links to its files, which nobody on them may change. The packages are
 * one link for all: thousands of files for each instance would take long to lay out, and longer to remove.
 */
export function createUnpacker(store: string): Unpack {
  const unzipped = new Map<string, Promise<string>>();
  let count = 0;
  const unzipOnce = async (bundle: string): Promise<string> => {
    const { mtimeMs, size } = await stat(bundle);
    const key = `${bundle} ${mtimeMs} ${size}`;
    const before = unzipped.get(key);
    if (before) return before;
    const folder = join(store, String(++count));
    const done = unzip(bundle, folder).then(() => folder);
    unzipped.set(key, done);
    done.catch(() => unzipped.delete(key));
    return done;
  };
  return async (bundle, folder) => linkTree(await unzipOnce(bundle), folder);
}

async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  await Promise.all(
    (await readdir(from, { withFileTypes: true })).map((entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.name === "node_modules") return symlink(source, target, "dir");
      return entry.isDirectory() ? linkTree(source, target) : link(source, target);
    }),
  );
}
