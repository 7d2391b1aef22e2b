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

export function requestId({ instanceId }: WebContext): RequestHandler {
  return (req, res, next) => {
    req.id = timeOrderedId();
    res.setHeader("X-Request-Id", req.id);
    res.setHeader("X-Served-By", instanceId);
    withLogContext({ request: req.id }, next);
  };
}
