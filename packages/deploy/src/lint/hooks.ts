import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";

import { finding, type Finding } from "./finding.ts";
import type { SourceFile } from "./source-files.ts";

const run = promisify(execFile);

const known = /^(hooks|confighooks)\/(prebuild|predeploy|postdeploy)\/[^/]+$|^nginx\/.+$/;

/** .platform of one tier: hooks that the platform can run, in folders that it looks into. */
export async function checkHooks(files: readonly SourceFile[]): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const each of files) {
    const { name, file } = each;
    const at = { file, line: 1 };
    if (!known.test(name)) {
      const cure =
        "hooks/, confighooks/ with prebuild/, predeploy/, postdeploy/ in them, and nginx/";
      found.push(finding(at, "the platform does not look here", cure));
    } else if (!name.startsWith("nginx/")) {
      found.push(...(await checkHook(each)), ...(await checkTwin(each, files)));
    }
  }
  return found;
}

async function checkHook({ file, path }: SourceFile): Promise<Finding[]> {
  const text = await readFile(path, "utf8");
  const at = { file, line: 1 };
  const found: Finding[] = [];
  if (((await stat(path)).mode & 0o111) === 0)
    found.push(finding(at, "the hook cannot be executed", `chmod +x ${file}`));
  if (text.includes("\r")) found.push(finding(at, "lines end with CR LF", "write LF alone"));
  const shell = /^#!(\S+)(?: (\w+))?/.exec(text);
  if (!shell) return [...found, finding(at, "the hook has no first line #!", "write #!/bin/bash")];
  if (!/\b(ba)?sh$/.test(shell[2] ?? shell[1] ?? "")) return found;
  try {
    await run("bash", ["-n", path], { timeout: 10_000 });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const [, line = "1", problem = said] = /line (\d+): (.*)/.exec(said) ?? [];
    found.push(finding({ file, line: Number(line) }, "bash does not understand this", problem));
  }
  return found;
}

/** What deployments and changes of options both need lies in both trees: as the same thing. */
async function checkTwin(
  { name, file, path }: SourceFile,
  files: readonly SourceFile[],
): Promise<Finding[]> {
  const twin = files.find((each) => each.name === name.replace(/^hooks/, "confighooks"));
  if (!twin || (await readFile(path, "utf8")) === (await readFile(twin.path, "utf8"))) return [];
  return [
    finding({ file: twin.file, line: 1 }, `it differs from ${file}`, "copy one over the other"),
  ];
}
