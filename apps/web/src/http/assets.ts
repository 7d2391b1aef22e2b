import { createHash } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import { extname, posix } from "node:path";
import { fileURLToPath } from "node:url";

import { assetCacheControl } from "@tendril/storage";
import { Router } from "express";

import type { WebContext } from "../context.ts";

const folder = new URL("../../assets/", import.meta.url);

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

export type Asset = { path: string; contentType: string; bytes: Buffer };

export type Assets = {
  /** `styles/site.css` → its address with its hash in it, to be kept for ever. */
  url(name: string): string;
  /** By the path behind the base URL. */
  byPath: ReadonlyMap<string, Asset>;
};

/** Reads and hashes all of them once, at start. */
export async function loadAssets(baseUrl: string): Promise<Assets> {
  const assets = new Map<string, Asset>();
  const scripts = new Map<string, string>();
  for await (const name of glob("{styles/{site,ops}.css,scripts/**/*.js,icons/*}", {
    cwd: fileURLToPath(folder),
  })) {
    if (contentTypes[extname(name)] === undefined) continue;
    if (name.endsWith(".css")) assets.set(name, hashed(name, await styleSheet(name)));
    else if (name.endsWith(".js")) scripts.set(name, await readFile(new URL(name, folder), "utf8"));
    else assets.set(name, hashed(name, await readFile(new URL(name, folder))));
  }
  for (const [name, script] of linkScripts(scripts)) assets.set(name, script);
  return {
    byPath: new Map([...assets.values()].map((asset) => [asset.path, asset])),
    url(name) {
      const asset = assets.get(name);
      if (!asset) throw new Error(`There is no asset ${name}`);
      return `${baseUrl}/${asset.path}`;
    },
  };
}

/** Statements at the start of a line; those in comments name types. A dynamic `import()` is not seen. */
const importedFiles = /^((?:(?:import|export)[\w\s{},*$]+from|import) *["'])(\.[^"']+)/gm;

/**
 * Scripts by name, with the hashed names of the files they import in their text. So a hash covers all
 * that is imported, which is why two scripts cannot import each other.
 */
export function linkScripts(sources: ReadonlyMap<string, string>): Map<string, Asset> {
  const linked = new Map<string, Asset>();
  const link = (name: string, importers: string[]): Asset => {
    const known = linked.get(name);
    if (known) return known;
    const chain = [...importers, name];
    if (importers.includes(name)) throw new Error(`Scripts in a circle: ${chain.join(" → ")}`);
    const source = sources.get(name);
    if (source === undefined) throw new Error(`There is no script for ${chain.join(" → ")}`);
    const text = source.replace(importedFiles, (_, statement: string, file: string) => {
      const imported = link(posix.join(posix.dirname(name), file), chain);
      return statement + file.replace(/[^/]+$/, posix.basename(imported.path));
    });
    const asset = hashed(name, Buffer.from(text));
    linked.set(name, asset);
    return asset;
  };
  for (const name of sources.keys()) link(name, []);
  return linked;
}

function hashed(name: string, bytes: Buffer): Asset {
  const extension = extname(name);
  const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 12);
  const path = `${name.slice(0, -extension.length)}.${hash}${extension}`;
  return { path, contentType: contentTypes[extension] ?? "application/octet-stream", bytes };
}

/** One file for the browser: the sheet says which parts, in which order. */
async function styleSheet(name: string): Promise<Buffer> {
  const list = await readFile(new URL(name, folder), "utf8");
  const parts = [...list.matchAll(/@import "([^"]+)"/g)].map(([, part]) =>
    readFile(new URL(`styles/${part}`, folder)),
  );
  return Buffer.concat(await Promise.all(parts));
}

/** Served from here unless the pages point to a bucket. */
export function assetRoutes({ assets, config }: WebContext): Router {
  const router = Router();
  router.get("/favicon.ico", (_req, res) => res.redirect(302, assets.url("icons/favicon.svg")));
  if (config.assetBaseUrl !== "/assets") return router;
  router.get("/assets/*path", (req, res, next) => {
    const asset = assets.byPath.get(req.path.slice("/assets/".length));
    if (!asset) return next();
    res
      .set({
        "Content-Type": asset.contentType,
        "Cache-Control": assetCacheControl,
      })
      .send(asset.bytes);
  });
  return router;
}
