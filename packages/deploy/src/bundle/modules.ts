import { execFile } from "node:child_process";
import { link, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { cpuOf, type Architecture } from "./architecture.ts";
import type { Tier } from "./tiers.ts";

const run = promisify(execFile);

/** Minutes are for a first build, which fetches what is made for another architecture. */
const longestInstallMs = 10 * 60_000;

/**
 * The tier's production modules for that Linux, exactly as the lock file says, as real files: the platform's npm
 * knows neither workspaces nor links, and runs not at all where it finds `node_modules`.
 */
export async function installModules(
  root: string,
  { tier, architecture, scratch }: { tier: Tier; architecture: Architecture; scratch: string },
): Promise<string> {
  const folder = join(scratch, "install");
  const args = ["-y", "pnpm@12", "--filter", `@tendril/${tier}`, "deploy", "--prod"];
  const asItIs = ["--frozen-lockfile", "--config.inject-workspace-packages=true"];
  const asFiles = ["--config.node-linker=hoisted"];
  const platform = ["--os=linux", "--libc=glibc", `--cpu=${cpuOf[architecture]}`];
  try {
    await run("npx", [...args, ...asItIs, ...asFiles, ...platform, folder], {
      cwd: root,
      timeout: longestInstallMs,
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    throw new Error(`pnpm could not gather the modules of ${tier}: ${lastLines(error)}`, {
      cause: error,
    });
  }
  return join(folder, "node_modules");
}

function lastLines(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const output = "stdout" in error ? `${String(error.stdout)}` : "";
  return (/ERR_PNPM.*/.exec(output)?.[0] ?? error.message).slice(0, 300);
}

/** What no program reads at run time. Licences stay: they have to go where the code goes. */
const notNeeded = {
  files: [
    /\.([cm]?ts|map|markdown|flow|tsbuildinfo)$/,
    /(?<!licen[cs]e)(?<!notice)\.md$/i,
    /^(tsconfig.*\.json|\.eslintrc.*|\.prettierrc.*|\.editorconfig|\.npmignore|\.nycrc|\.travis\.yml)$/,
  ],
  folders: new Set([".bin", "@types", ".github", "__tests__", "@tendril"]),
};

/** As links: what is thrown away after the build need not be written twice. Nothing may write to them. */
export async function linkModules(from: string, to: string): Promise<void> {
  await linkNeeded(from, to);
  // pnpm's own notes, with the day and the place of the build in them.
  for (const name of await readdir(to))
    if (name.startsWith(".")) await rm(join(to, name), { recursive: true });
  for (const scope of ["@aws-sdk", "@smithy"]) await dropBrowserBuilds(join(to, scope));
}

async function linkNeeded(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const { name } = entry;
    const [source, target] = [join(from, name), join(to, name)];
    if (!entry.isDirectory()) {
      if (!notNeeded.files.some((pattern) => pattern.test(name))) await link(source, target);
    } else if (!notNeeded.folders.has(name)) await linkNeeded(source, target);
  }
}

/** Node loads `dist-cjs` alone; the same code lies there again for bundlers, and its types. */
async function dropBrowserBuilds(scope: string): Promise<void> {
  for (const name of await readdir(scope).catch(() => [])) {
    for (const build of ["dist-es", "dist-types"]) {
      await rm(join(scope, name, build), { recursive: true, force: true });
    }
  }
}
