import { stat } from "node:fs/promises";
import { join } from "node:path";

import { listFiles } from "../bundle/files.ts";
import type { Tier } from "../bundle/tiers.ts";

export type SourceFile = {
  /** In the bundle, below .ebextensions or .platform. */
  name: string;
  /** From the root of the repository. */
  file: string;
  path: string;
};

/** What the bundle of a tier gets of `.ebextensions` or `.platform`, in the platform's order. */
export async function sourceFiles(
  root: string,
  folder: ".ebextensions" | ".platform",
  tier: Tier,
): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const part of ["common", tier]) {
    const from = join(root, folder, part);
    if (!(await stat(from).catch(() => undefined))?.isDirectory()) continue;
    for (const name of await listFiles(from))
      files.push({ name, file: `${folder}/${part}/${name}`, path: join(from, name) });
  }
  return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
