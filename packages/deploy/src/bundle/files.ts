import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** Paths of all files below, relative, with `/`, in one order on every machine. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .toSorted((a, b) => (a < b ? -1 : 1));
}
