import { stat } from "node:fs/promises";

import { z } from "zod";

import { architectures } from "../../bundle/architecture.ts";
import { finding, inOrder, type Finding } from "../finding.ts";
import { readArchive } from "./archive.ts";
import { checkContents } from "./contents.ts";
import { missingImports } from "./imports.ts";
import { isNative, wrongNative } from "./native.ts";

/** Elastic Beanstalk takes 512 MB; each instance fetches and unpacks them at each deployment. */
const mostBytes = 60e6;

const releaseFile = z.object({ architecture: z.enum(architectures) });

/** What the instances would find in a bundle. `shown` is its name in the findings. */
export async function lintBundle(path: string, shown = path): Promise<Finding[]> {
  const at = (name: string, line = 1) => ({ file: `${shown}:${name}`, line });
  const files = await readArchive(path);
  const found = checkContents(files, at);
  const { size } = await stat(path);
  if (size > mostBytes)
    found.push(
      finding(
        { file: shown, line: 1 },
        `it has ${(size / 1e6).toFixed(1)} MB`,
        `stay below ${mostBytes / 1e6} MB: look for what nobody needs`,
      ),
    );
  for (const { name, line, specifier } of missingImports(files))
    found.push(finding(at(name, line), `${specifier} is not in the bundle`, "add the dependency"));

  const release = releaseFile.safeParse(readJson(files.get("release.json")?.bytes));
  if (!release.success)
    found.push(finding(at("release.json"), "it names no architecture", "build the bundle anew"));
  else
    for (const { name, bytes } of files.values()) {
      const wrong = isNative(name) ? wrongNative(bytes, release.data.architecture) : undefined;
      const cure = `npm run bundle -- … --arch ${release.data.architecture}`;
      if (wrong) found.push(finding(at(name), wrong, cure));
    }
  return inOrder(found);
}

function readJson(bytes: Buffer | undefined): unknown {
  try {
    return JSON.parse(bytes?.toString("utf8") ?? "");
  } catch {
    return undefined;
  }
}
