import { createHash } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

import { Router } from "express";

import type { WebContext } from "../context.ts";

const folder = new URL("../../assets/", import.meta.url);

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
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
  const byPath = new Map<string, Asset>();
  const paths = new Map<string, string>();
  for await (const name of glob("{styles/site.css,scripts/*.js,icons/*}", {
    cwd: fileURLToPath(folder),
  })) {
    const extension = extname(name);
    const contentType = contentTypes[extension];
    if (contentType === undefined) continue;
    const bytes =
      name === "styles/site.css" ? await styleSheet() : await readFile(new URL(name, folder));
    const hash = createHash("sha256").update(bytes).digest("base64url").slice(0, 12);
    const path = `${name.slice(0, -extension.length)}.${hash}${extension}`;
    paths.set(name, path);
    byPath.set(path, { path, contentType, bytes });
  }
  return {
    byPath,
    url(name) {
      const path = paths.get(name);
      if (path === undefined) throw new Error(`There is no asset ${name}`);
      return `${baseUrl}/${path}`;
    },
  };
}

/** One file for the browser: `site.css` says which parts, in which order. */
async function styleSheet(): Promise<Buffer> {
  const list = await readFile(new URL("styles/site.css", folder), "utf8");
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
        "Cache-Control": "public, max-age=31536000, immutable",
      })
      .send(asset.bytes);
  });
  return router;
}
