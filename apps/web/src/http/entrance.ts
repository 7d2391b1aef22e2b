import { randomUUIDv7 } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

import { withLogContext } from "@tendril/runtime";

import type { WebContext } from "../context.ts";
import { securityHeaders } from "./security-headers.ts";

declare module "node:http" {
  interface IncomingMessage {
    /** Names this request in logs, and is the trace of every job that follows from it. */
    id: string;
  }
}

/** Says whether it answers this request; `own` are the headers that only this answer has: name, value, name, value … */
export type Answerer = (
  req: IncomingMessage,
  res: ServerResponse,
  own: readonly [string, string, string, string],
) => boolean;

/**
 * Gives every request its name, whoever answers it: `first`, as it can, or the app, with the headers that protect
 * its reader.
 */
export function entrance(
  context: WebContext,
  first: Answerer,
  app: RequestListener,
): RequestListener {
  const headers = Object.entries(securityHeaders(context));
  return (req, res) => {
    req.id = randomUUIDv7();
    withLogContext({ request: req.id }, () => {
      if (first(req, res, ["X-Request-Id", req.id, "X-Served-By", context.instanceId])) return;
      res.setHeader("X-Request-Id", req.id);
      res.setHeader("X-Served-By", context.instanceId);
      for (const [name, value] of headers) res.setHeader(name, value);
      app(req, res);
    });
  };
}
