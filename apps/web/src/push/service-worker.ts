import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { Router } from "express";

import type { WebContext } from "../context.ts";

const file = new URL("../../assets/service-worker/service-worker.js", import.meta.url);

/**
 * At the root, because a service worker is responsible for what is below its own address. That cannot
 * have a hash in it, so browsers ask each time whether there is a new one.
 */
export function serviceWorkerRoutes({ config, assets }: WebContext): Router {
  const router = Router();
  const script = readFileSync(file, "utf8");
  const about = { key: config.vapidPublicKey, icon: assets.url("icons/notification.png") };
  const version = createHash("sha256")
    .update(JSON.stringify(about) + script)
    .digest("base64url")
    .slice(0, 12);
  const text = `const settings = ${JSON.stringify({ version, ...about })};\n${script}`;
  const headers = {
    "Content-Type": "text/javascript; charset=utf-8",
    "Cache-Control": "no-cache",
    ETag: `"${version}"`,
  };
  router.get("/service-worker.js", (req, res) => {
    res.set(headers);
    if (req.fresh) return void res.status(304).end();
    res.send(text);
  });
  return router;
}
