import { withOrigin } from "@tendril/jobs";
import type { RequestHandler } from "express";

import type { WebContext } from "../context.ts";

/** So that jobs can be followed back to the request that they come from. */
export function traceRequests({ clock, traces }: WebContext): RequestHandler {
  return (req, res, next) => {
    // Without the query string: it may hold secrets from mails.
    const what = `${req.method} ${req.path}`;
    const { origin, end } = traces.begin({
      id: req.id,
      kind: "request",
      what,
      startedAt: clock.now(),
    });
    res.once("close", () => end(res.statusCode));
    withOrigin(origin, next);
  };
}
