import { randomUUIDv7 } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

import { withLogContext } from "@tendril/runtime";

import type { WebContext } from "../context.ts";
import { accessLog } from "./access-log.ts";
import { isHealthCheck } from "./health.ts";
import { securityHeaders } from "./security-headers.ts";

declare module "node:http" {
  interface IncomingMessage {
    /** Names this request in logs, and is the trace of every job that follows from it. */
    id: string;
  }
}

/** Headers that only this answer has: name, value, name, value … */
export type OwnHeaders = readonly [string, string, string, string];

/** Answers this request, now or later, or has it passed on to the app. */
export type Answerer = (
  req: IncomingMessage,
  res: ServerResponse,
  own: OwnHeaders,
  pass: () => void,
) => void;

/**
 * Gives every request its name and its line in the log, whoever answers it: `first`, as it can, or the app, with the
 * headers that protect its reader.
 */
export function entrance(
  context: WebContext,
  first: Answerer,
  app: RequestListener,
): RequestListener {
  const headers = Object.entries(securityHeaders(context));
  const note = accessLog(context);
  return (req, res) => {
    req.id = randomUUIDv7();
    withLogContext({ request: req.id }, () => {
      if (!isHealthCheck(req)) note(req, res);
      first(req, res, ["X-Request-Id", req.id, "X-Served-By", context.instanceId], () => {
        res.setHeader("X-Request-Id", req.id);
        res.setHeader("X-Served-By", context.instanceId);
        for (const [name, value] of headers) res.setHeader(name, value);
        app(req, res);
      });
    });
  };
}
