import { withOrigin } from "@tendril/jobs";
import { timeOrderedId, withLogContext } from "@tendril/runtime";
import type { RequestHandler } from "express";

import type { WebContext } from "../context.ts";

declare global {
  namespace Express {
    interface Request {
      /** Names this request in logs, and is the trace of every job that follows from it. */
      id: string;
    }
  }
}

export function requestId({ instanceId, clock, traces }: WebContext): RequestHandler {
  return (req, res, next) => {
    req.id = timeOrderedId();
    res.setHeader("X-Request-Id", req.id);
    res.setHeader("X-Served-By", instanceId);
    // Without the query string: it may hold secrets from mails.
    const what = `${req.method} ${req.path}`;
    const { origin, end } = traces.begin({
      id: req.id,
      kind: "request",
      what,
      startedAt: clock.now(),
    });
    res.once("close", () => end(res.statusCode));
    withOrigin(origin, () => withLogContext({ request: req.id }, next));
  };
}
