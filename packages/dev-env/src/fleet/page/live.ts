import type { ServerResponse } from "node:http";

import type { Served } from "../fleet.ts";
import type { Region } from "./views/parts.ts";

/** Pages that are open, each with what it shows already. */
export interface Live {
  readonly open: boolean;
  add(response: ServerResponse): void;
  /** Sends each page what changed on it. */
  show(regions: readonly Region[]): void;
  tellServed(served: Served): void;
  close(): void;
}

/** What a page that does not read may have waiting for it. */
const maxWaiting = 1024 * 1024;

export function openLive(): Live {
  const pages = new Map<ServerResponse, Map<string, string>>();
  const send = (page: ServerResponse, event: string, data: unknown) => {
    if (page.writableEnded) return;
    if (page.writableLength > maxWaiting) return void page.destroy();
    page.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  return {
    get open() {
      return pages.size > 0;
    },
    add(response) {
      response.writeHead(200, {
        "content-type": "text/event-stream",
        "cache-control": "no-store",
      });
      response.write("retry: 1000\n\n");
      pages.set(response, new Map());
      response.once("close", () => pages.delete(response));
    },
    show(regions) {
      for (const [page, shown] of pages)
        for (const { id, body } of regions) {
          if (shown.get(id) === body.markup) continue;
          shown.set(id, body.markup);
          send(page, "region", { id, html: body.markup });
        }
    },
    tellServed({ instance, status, ms }) {
      for (const page of pages.keys()) send(page, "served", { instance, status, ms });
    },
    close() {
      for (const page of pages.keys()) page.end();
    },
  };
}
