import { link, mkdir, readdir, stat, symlink } from "node:fs/promises";
import { join } from "node:path";

import { unzip } from "@tendril/deploy";

/** Lays the content of a bundle into that folder. One that was unzipped before is a folder, too. */
export type Unpack = (bundle: string, folder: string) => Promise<void>;

/**
 * Each bundle is unzipped once; instances get links to its files, which nobody on them may change. The packages are
 * one link for all: thousands of files for each instance would take long to lay out, and longer to remove.
 */
export function createUnpacker(store: string): Unpack {
  const unpacked = new Map<string, Promise<string>>();
  let count = 0;
  const unpackOnce = async (bundle: string): Promise<string> => {
    const found = await stat(bundle);
    const key = `${bundle} ${found.mtimeMs} ${found.size}`;
    const before = unpacked.get(key);
    if (before) return before;
    const folder = join(store, String(++count));
    const unpack = found.isDirectory() ? linkTree : unzip;
    const done = unpack(bundle, folder).then(() => folder);
    unpacked.set(key, done);
    done.catch(() => unpacked.delete(key));
    return done;
  };
  const linkPackages = (from: string, to: string) => symlink(from, to, "dir");
  return async (bundle, folder) => linkTree(await unpackOnce(bundle), folder, linkPackages);
}

/** A copy whose files are the same ones: whoever would write to one has to remove it first. */
export async function linkTree(
  from: string,
  to: string,
  linkPackages: typeof linkTree = linkTree,
): Promise<void> {
  await mkdir(to, { recursive: true });
  await Promise.all(
    (await readdir(from, { withFileTypes: true })).map((entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.name === "node_modules") return linkPackages(source, target);
      return entry.isDirectory() ? linkTree(source, target, linkPackages) : link(source, target);
    }),
  );
}
