import type { RequestHandler } from "express";

import type { WebContext } from "../context.ts";

/** One line per request, without query strings: they may hold secrets from mails. */
export function accessLog({ logger }: WebContext): RequestHandler {
  return (req, res, next) => {
    const began = performance.now();
    const path = req.path;
    res.once("close", () => {
      logger.info(
        {
          method: req.method,
          path,
          status: res.statusCode,
          ms: Math.round(performance.now() - began),
          ...(res.writableFinished ? {} : { aborted: true }),
        },
        "request",
      );
    });
    next();
  };
}
