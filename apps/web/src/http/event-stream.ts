import type { Request, Response } from "express";

import { seconds, minutes } from "@tendril/runtime";

/** Proxies close what is silent for a minute. */
const keepAliveMs = seconds(15);
/** Then the browser connects again by itself, and proves again who it is. */
const longestMs = minutes(10);

export type EventStream = {
  send(event: string, data: unknown): void;
  close(): void;
  closed: Promise<void>;
};

/** Server-sent events (WHATWG HTML, section 9.2). */
export function openEventStream(req: Request, res: Response): EventStream {
  res.set({
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
  });
  res.flushHeaders();
  res.write("retry: 2000\n\n");
  const keepAlive = setInterval(() => {
    if (!res.writableEnded) res.write(": still here\n\n");
  }, keepAliveMs);
  const longest = setTimeout(() => res.end(), longestMs);
  const closed = new Promise<void>((resolve) => {
    res.once("close", () => {
      clearInterval(keepAlive);
      clearTimeout(longest);
      resolve();
    });
  });
  req.socket.setNoDelay(true);

  return {
    send(event, data) {
      // Ended, and not closed yet because the browser is slow: writing now would throw.
      if (res.writableEnded) return;
      res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    close: () => void res.end(),
    closed,
  };
}
