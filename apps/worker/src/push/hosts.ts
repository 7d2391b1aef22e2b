import { setTimeout as delay } from "node:timers/promises";

import { minutes, NotYetError, seconds } from "@tendril/runtime";

/**
 * Pushes that are on their way at a time. A process has twenty slots for short jobs, and a push service
 * that hangs keeps each for ten seconds: it must not get all of them.
 */
const most = { toOneHost: 6, together: 12 };
/** A service that answers has a place free by then. */
const patienceMs = seconds(1);
/** After this many failures in a row a host rests; each further one doubles that. */
const failuresBeforeRest = 3;
const rest = { firstMs: seconds(30), longestMs: minutes(5) };
const rememberedHosts = 1_000;

type Host = { busy: number; failures: number; restsUntil: number };

/** A place at a push host; `end` says whether the host did its part. */
export type Place = { end(host: "well" | "ill"): void };

export type PushHosts = {
  /** Throws `NotYetError` when the host rests, or has as much as it gets. */
  enter(host: string): Promise<Place>;
};

/** How busy push hosts are, and how well: known to this process alone, as it is its slots that they take. */
export function createPushHosts(now: () => number = () => performance.now()): PushHosts {
  const hosts = new Map<string, Host>();
  let together = 0;
  let freed = Promise.withResolvers<void>();

  const hostOf = (name: string): Host => {
    const known = hosts.get(name);
    if (known) return known;
    if (hosts.size >= rememberedHosts) {
      for (const [other, { busy, restsUntil }] of hosts)
        if (busy === 0 && restsUntil <= now()) hosts.delete(other);
    }
    const host = { busy: 0, failures: 0, restsUntil: 0 };
    hosts.set(name, host);
    return host;
  };
  const demandAwake = (name: string, { restsUntil }: Host) => {
    if (restsUntil <= now()) return;
    // Spread, so that those who waited do not come back together.
    const left = (restsUntil - now()) / 1_000;
    throw new NotYetError(
      `${name} did not answer lately and rests`,
      left * (1 + Math.random() / 2),
    );
  };
  /** One at a time asks a host that was ill whether it is well again. */
  const hasRoom = ({ busy, failures }: Host) =>
    together < most.together && busy < (failures >= failuresBeforeRest ? 1 : most.toOneHost);

  return {
    async enter(name) {
      const host = hostOf(name);
      const deadline = now() + patienceMs;
      demandAwake(name, host);
      while (!hasRoom(host)) {
        const left = deadline - now();
        if (left <= 0)
          throw new NotYetError(`${name} is busy with other pushes`, 3 + Math.random() * 4);
        const timer = new AbortController();
        const timeout = delay(left, undefined, { signal: timer.signal }).catch(() => {});
        await Promise.race([freed.promise, timeout]);
        timer.abort();
        demandAwake(name, host);
      }
      // It may have been forgotten while this one waited.
      hosts.set(name, host);
      host.busy += 1;
      together += 1;
      return {
        end(how) {
          host.busy -= 1;
          together -= 1;
          if (how === "well") host.failures = 0;
          else if (++host.failures >= failuresBeforeRest) {
            const longer = 2 ** (host.failures - failuresBeforeRest);
            host.restsUntil = now() + Math.min(rest.firstMs * longer, rest.longestMs);
          }
          freed.resolve();
          freed = Promise.withResolvers();
        },
      };
    },
  };
}
