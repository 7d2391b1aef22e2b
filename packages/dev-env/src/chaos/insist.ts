import { setTimeout as delay } from "node:timers/promises";

import type { Client, Page } from "../client/client.ts";

export type Asking = {
  /** Who is still asking, and what the answer was last. */
  asking: Map<string, string>;
  signal: AbortSignal;
};

export const pauseMs = 300;

/** Asks now here, now there, until somebody answers something else than "later". */
export async function insist(
  { signal, asking }: Asking,
  who: string,
  clients: readonly Client[],
  ask: (client: Client) => Promise<Page>,
): Promise<Page> {
  for (let tries = 0; ; tries++) {
    signal.throwIfAborted();
    const client = clients[tries % clients.length];
    if (!client) throw new Error("There is nobody to ask");
    const page = await ask(client).catch((error: unknown) => {
      asking.set(who, String(error));
      return undefined;
    });
    const where = page?.headers.get("location") ?? "";
    if (page && where.startsWith("/sign-in")) throw new Error("A session was lost");
    if (page && page.status < 500 && page.status !== 429) {
      asking.delete(who);
      return page;
    }
    if (page) asking.set(who, `${page.status}`);
    await delay(pauseMs, undefined, { signal });
  }
}
