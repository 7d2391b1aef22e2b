import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtempDisposable, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { z } from "zod";

import type { Architecture } from "./architecture.ts";
import { writeRdsCertificates } from "./certificates.ts";
import { compileFolder } from "./compile.ts";
import { listFiles } from "./files.ts";
import { linkModules, installModules } from "./modules.ts";
import { copyPlatformFiles } from "./platform-files.ts";
import { describeRelease, type Release } from "./release.ts";
import { tierFiles, type Tier } from "./tiers.ts";
import { zipFolder } from "./zip.ts";

export type BundleOptions = {
  /** The repository. */
  root: string;
  tier: Tier;
  architecture: Architecture;
  /** The zip file that is made. */
  target: string;
};

export type Bundle = {
  target: string;
  release: Release;
  /** Bytes of the zip file. */
  zipped: number;
  /** Bytes of the files in it, by what they are. */
  parts: Record<"app" | "packages" | "modules" | "platform", number>;
};

/** What `eb deploy` uploads: compiled code and real modules for one architecture; nothing is fetched at boot. */
export async function buildBundle({
  root,
  tier,
  architecture,
  target,
}: BundleOptions): Promise<Bundle> {
  const release = await describeRelease(root);
  await using scratch = await mkdtempDisposable(join(tmpdir(), "tendril-bundle-"));
  const installed = await installModules(root, { tier, architecture, scratch: scratch.path });
  const folder = join(scratch.path, "bundle");
  const modules = join(folder, "node_modules");
  await linkModules(installed, modules);
  await addPackages(root, installed, modules);
  await addApp(root, tier, folder);
  await copyPlatformFiles(root, tier, folder);
  await writeRdsCertificates(folder, new Date(release.time));
  await writeJson(join(folder, "release.json"), { ...release, tier, architecture });

  await mkdir(join(target, ".."), { recursive: true });
  const zipped = await zipFolder(folder, target, new Date(release.time));
  return { target, release, zipped, parts: await weigh(folder) };
}

const manifest = z.looseObject({
  name: z.string(),
  version: z.string(),
  exports: z.record(z.string(), z.string()).optional(),
});

/** The app is the root of the bundle: the paths in it are those of its folder in the repository. */
async function addApp(root: string, tier: Tier, folder: string): Promise<void> {
  const app = join(root, "apps", tier);
  const { folders, files } = tierFiles[tier];
  for (const name of folders) await compileFolder(join(app, name), join(folder, name));
  for (const name of files) await copyFile(join(app, name), join(folder, name));
  const { name, version } = manifest.parse(await readJson(join(app, "package.json")));
  await writeJson(join(folder, "package.json"), { name, version, private: true, type: "module" });
  await writeFile(join(folder, "Procfile"), "web: node src/main.js\n");
}

/** Our own packages lie among the modules, compiled: Node runs no TypeScript there. */
async function addPackages(root: string, installed: string, modules: string): Promise<void> {
  const names = new Set(
    (await listFiles(join(installed, "@tendril"))).map((file) => file.split("/")[0] ?? ""),
  );
  for (const folder of names) {
    const from = sourceOf(root, folder);
    const to = join(modules, "@tendril", folder);
    await compileFolder(join(from, "src"), join(to, "src"));
    // Another version than the one that all share.
    const own = join(installed, "@tendril", folder, "node_modules");
    if (existsSync(own)) await linkModules(own, join(to, "node_modules"));
    const {
      name,
      version,
      exports = {},
    } = manifest.parse(await readJson(join(from, "package.json")));
    const compiled = Object.entries(exports).map(([way, file]) => [
      way,
      file.replace(/\.ts$/, ".js"),
    ]);
    await writeJson(join(to, "package.json"), {
      name,
      version,
      type: "module",
      exports: Object.fromEntries(compiled),
    });
  }
}

/** An app may travel with another one: the operators' command line does, with the worker. */
function sourceOf(root: string, folder: string): string {
  const places = ["packages", "apps"].map((place) => join(root, place, folder));
  const found = places.find(existsSync);
  if (found === undefined) throw new Error(`There is no package @tendril/${folder}`);
  return found;
}

async function weigh(folder: string): Promise<Bundle["parts"]> {
  const parts = { app: 0, packages: 0, modules: 0, platform: 0 };
  for (const name of await listFiles(folder)) {
    const { size } = await stat(join(folder, name));
    if (name.startsWith("node_modules/@tendril/")) parts.packages += size;
    else if (name.startsWith("node_modules/")) parts.modules += size;
    else if (name.startsWith(".")) parts.platform += size;
    else parts.app += size;
  }
  return parts;
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, "utf8"));
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
