import { setTimeout as delay } from "node:timers/promises";

import { countWaiting } from "./calm.ts";
import type { Ground } from "./storm.ts";

const progressMs = 5_000;

/** A line every few seconds, until the signal is aborted. */
export async function tell(
  { db, courier, servers, space, say }: Ground,
  ask: () => { deaths: number; stops: number; freezes: number },
  signal: AbortSignal,
): Promise<void> {
  const began = performance.now();
  while (!signal.aborted) {
    await delay(progressMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const all = await db.tables.jobs.count().catch(() => undefined);
    const done = await db.tables.jobs.count({ where: { state: "done" } }).catch(() => undefined);
    const waiting = await countWaiting(servers.addresses.fauxqs, space.name).catch(() => undefined);
    const messages = [...(waiting?.values() ?? [])].reduce((sum, count) => sum + count, 0);
    const { deaths, stops, freezes } = ask();
    const seconds = Math.round((performance.now() - began) / 1_000);
    say(
      `  ${seconds} s: ${done ?? "?"} of ${all ?? "?"} jobs done, ${deaths} deaths, ${stops} stops, ${freezes} freezes, ${messages} messages in queues, ${courier.repeated} repeated`,
    );
  }
}
