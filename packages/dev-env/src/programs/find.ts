import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program may lie although the PATH of a plain user does not name it. */
const ALSO = [
  "/usr/sbin",
  "/usr/local/sbin",
  "/usr/local/bin",
  "/opt/homebrew/bin",
  "/opt/homebrew/sbin",
  "/opt/homebrew/opt/mariadb/bin",
];

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first of these names (or full paths) that can be run here. */
export function findProgram(names: readonly string[]): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...ALSO].filter(Boolean);
  for (const name of names) {
    if (name.startsWith("/")) {
      if (executable(name)) return name;
      continue;
    }
    const found = folders.map((folder) => join(folder, name)).find(executable);
    if (found) return found;
  }
  return undefined;
}
