import type { IncomingMessage, ServerResponse } from "node:http";

import type { WebContext } from "../context.ts";

/** One line per request, without query strings: they may hold secrets from mails. */
export function accessLog({ logger }: WebContext) {
  // Its fields are these, and hold nothing to be kept out; looking for that would be half of its cost.
  const log = logger.child({}, { redact: [] });
  return (req: IncomingMessage, res: ServerResponse): void => {
    const began = performance.now();
    const [path] = (req.url ?? "").split("?", 1);
    res.once("close", () => {
      log.info(
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
  };
}
