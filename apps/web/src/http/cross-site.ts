import { ForbiddenError } from "@tendril/runtime";
import type { RequestHandler } from "express";

import type { WebContext } from "../context.ts";

const safe = new Set(["GET", "HEAD", "OPTIONS"]);

/** What a signed link allows it allows from everywhere: mail programs post to it (RFC 8058), and no cookie counts. */
const bySignedLink = new Set(["/unsubscribe"]);

/** Browsers say where a request comes from; forms of other sites are refused. Programs without these headers carry no cookies of others. */
export function refuseCrossSite({ config }: WebContext): RequestHandler {
  return (req, _res, next) => {
    if (safe.has(req.method) || bySignedLink.has(req.path)) return next();
    const site = req.get("sec-fetch-site");
    const origin = req.get("origin");
    const ours =
      site === undefined
        ? origin === undefined || origin === config.publicUrl
        : site === "same-origin" || site === "none";
    next(
      ours
        ? undefined
        : new ForbiddenError(
            "This form was sent from another site. Open it here and send it again.",
          ),
    );
  };
}
