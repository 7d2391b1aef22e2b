import { copyFile, mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { listFiles } from "./files.ts";
import type { Tier } from "./tiers.ts";

/** Each holds `common/`, `web/` and `worker/`; a bundle gets common and its tier's as if they lay in one folder. */
const folders = [".ebextensions", ".platform"] as const;

export async function copyPlatformFiles(root: string, tier: Tier, to: string): Promise<void> {
  for (const folder of folders) {
    const origins = new Map<string, string>();
    for (const part of ["common", tier]) {
      const from = join(root, folder, part);
      if (!(await stat(from).catch(() => undefined))?.isDirectory()) continue;
      for (const name of await listFiles(from)) {
        const before = origins.get(name);
        if (before !== undefined) {
          throw new Error(
            `${folder}/${part}/${name} and ${folder}/${before}/${name} would be one file in the bundle: rename one`,
          );
        }
        origins.set(name, part);
        const target = join(to, folder, name);
        await mkdir(dirname(target), { recursive: true });
        await copyFile(join(from, name), target);
      }
    }
  }
}
