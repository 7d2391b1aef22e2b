import { stat } from "node:fs/promises";
import { join } from "node:path";

import { listFiles } from "../bundle/files.ts";
import { tiers, type Tier } from "../bundle/tiers.ts";
import { finding, type Finding } from "./finding.ts";

export type SourceFile = {
  /** In the bundle, below .ebextensions or .platform. */
  name: string;
  /** From the root of the repository. */
  file: string;
  path: string;
};

const parts: readonly string[] = ["common", ...tiers];

/** What lies beside the folders that bundles are made of; texts for people may. */
export async function strayFiles(root: string): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const folder of [".ebextensions", ".platform"]) {
    for (const name of await listFiles(join(root, folder))) {
      const [part = ""] = name.split("/");
      if (parts.includes(part) || name === "README.md") continue;
      const at = { file: `${folder}/${name}`, line: 1 };
      found.push(finding(at, "it goes into no bundle", "move it to common, web or worker"));
    }
  }
  return found;
}

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
