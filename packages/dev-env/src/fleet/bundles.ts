import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { buildBundle, hostArchitecture } from "@tendril/deploy";
import { days } from "@tendril/runtime";

import { ROOT, type Tier } from "../apps/places.ts";
import { UserError } from "../user-error.ts";

export type Bundles = Readonly<Record<Tier, string>>;

const run = promisify(execFile);

/** Both bundles of what the work tree holds now; built when it changed since the last time. */
export async function currentBundles(
  folder: string,
  say: (line: string) => void,
): Promise<Bundles> {
  const key = await describeTree();
  const here = join(folder, key);
  const build = async (tier: Tier) => {
    const target = join(here, `${tier}.zip`);
    if (existsSync(target)) return target;
    say(
      `Building the bundle of ${tier}, as for \`eb deploy\`; it is kept until something changes …`,
    );
    const draft = `${target}.${process.pid}`;
    await buildBundle({ root: ROOT, tier, architecture: hostArchitecture(), target: draft });
    await rename(draft, target);
    return target;
  };
  await mkdir(here, { recursive: true });
  const bundles = { web: await build("web"), worker: await build("worker") };
  await forgetOld(folder, key);
  return bundles;
}

/** Those of the last day stay: another fleet may be running from them. */
async function forgetOld(folder: string, key: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const age = Date.now() - (await stat(join(folder, name))).mtimeMs;
    if (name !== key && age > days(1))
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** One name for the commit together with all that is changed and in no commit. */
async function describeTree(): Promise<string> {
  const git = async (...args: string[]) => {
    const { stdout } = await run("git", args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  };
  const [commit, status] = await Promise.all([
    git("rev-parse", "--short=12", "HEAD"),
    git("status", "--porcelain", "--untracked-files=all", "--no-renames", "-z"),
  ]).catch((cause: unknown) => {
    const why =
      "Bundles say which commit they are made of: this takes a clone, with git installed.";
    throw new UserError(why, { cause });
  });
  const changed = status.split("\0").filter(Boolean);
  if (changed.length === 0) return commit.trim();
  const hash = createHash("sha256").update(commit);
  for (const line of changed) {
    hash.update(line);
    // What was deleted has no content.
    hash.update(await readFile(join(ROOT, line.slice(3))).catch(() => ""));
  }
  return `${commit.trim()}-${hash.digest("hex").slice(0, 12)}`;
}
