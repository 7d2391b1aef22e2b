import { setTimeout as delay } from "node:timers/promises";

import { hours, minutes } from "@tendril/runtime";

import type { Space } from "../space/space.ts";
import { createRegistry, type Registry } from "../sqsd/registry.ts";
import { startSqsd, type Sqsd } from "../sqsd/sqsd.ts";
import { until } from "../wait.ts";

/** The daemons of the workers' instances, with a clock by which hours pass in a minute. */
export interface Ticking extends AsyncDisposable {
  /** By that clock; it ends before the present, as no tick of the future is taken, and late enough to be missed. */
  readonly from: Date;
  readonly to: Date;
  /** When, by ours, that clock showed this time. */
  realTimeOf(time: Date): number;
  /** False when none led; after `forMs` the instance is there again. */
  killLeader(forMs: number): Promise<boolean>;
}

/** A tick of each task every two or three seconds. */
const pace = 300;
/** What the check of the schedule looks back over is limited. */
const longestMs = hours(15);
/** What should have come by then counts as missed. */
const graceMs = minutes(5);

/** The lead is lost sooner than on the platform, but not by the clock that hurries. */
const leaseMs = 1_000;
const settings = {
  VisibilityTimeout: 10,
  ErrorVisibilityTimeout: 1,
  InactivityTimeout: 8,
  ConnectTimeout: 2,
};

export function startTicking(
  space: Space,
  apps: readonly { name: string; url: string }[],
  faultMs: number,
): Ticking {
  const began = Date.now();
  const speed = Math.min(pace, longestMs / faultMs);
  const to = new Date(began + faultMs - graceMs - minutes(1));
  const from = new Date(to.getTime() - faultMs * speed);
  const clock = {
    now: () => new Date(Math.min(to.getTime(), from.getTime() + (Date.now() - began) * speed)),
  };
  const registry = onTheWall(createRegistry());
  const running = new Map<string, Sqsd>();
  const stop = new AbortController();

  const start = async ({ name, url }: { name: string; url: string }) => {
    const sqsd = await until(
      () =>
        startSqsd(space, { app: url, instance: name, clock, registry, settings }).catch(
          () => undefined,
        ),
      {
        timeout: faultMs + 60_000,
        every: 300,
        signal: stop.signal,
        failure: () => "No daemon starts",
      },
    );
    if (stop.signal.aborted) await sqsd.kill();
    else running.set(name, sqsd);
  };
  const starting = new Set<Promise<void>>();
  const begin = (app: { name: string; url: string }) => {
    const started = start(app)
      .catch(() => {})
      .finally(() => starting.delete(started));
    starting.add(started);
  };
  apps.forEach(begin);

  return {
    from,
    to,
    realTimeOf: (time) => began + (time.getTime() - from.getTime()) / speed,
    async killLeader(forMs) {
      const app = apps.find(({ name }) => running.get(name)?.isLeader);
      const leader = app && running.get(app.name);
      if (!leader) return false;
      running.delete(app.name);
      await leader.kill();
      await delay(forMs, undefined, { signal: stop.signal }).catch(() => {});
      if (!stop.signal.aborted) begin(app);
      return true;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all(starting);
      await Promise.all([...running.values()].map((sqsd) => sqsd.kill()));
    },
  };
}

function onTheWall(registry: Registry): Registry {
  return {
    lead: (owner) => registry.lead(owner, new Date(), new Date(Date.now() + leaseMs)),
    lastOf: (task) => registry.lastOf(task),
    record: (task, at) => registry.record(task, at),
  };
}
