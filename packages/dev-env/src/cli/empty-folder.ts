import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const claim = "processes.json";

/** What lies in a data folder beside the claim on it. */
export const contentOf = (dataDir: string): string[] =>
  readdirSync(dataDir).filter((name) => name !== claim);

/** Removes it, but for what is kept. */
export function emptyFolder(dataDir: string, ...kept: readonly string[]): void {
  for (const name of contentOf(dataDir))
    if (!kept.includes(name)) rmSync(join(dataDir, name), { recursive: true, force: true });
}
