import type { Clock } from "@tendril/runtime";
import { seconds } from "@tendril/runtime";

import type { CronEntry } from "./cron-file.ts";
import type { Registry } from "./registry.ts";

/** A leader that was not heard of for so long is followed by another. */
export const leaseMs = seconds(30);

/** A new leader goes on behind the last recorded occurrence only when that is younger. */
const takeOverMs = seconds(300);

type Parts = {
  entries: readonly CronEntry[];
  registry: Registry;
  owner: string;
  clock: Clock;
  /** Puts one occurrence into the queue. */
  send: (entry: CronEntry, at: Date) => Promise<void>;
};

export type Leader = {
  /** Tries to lead; who leads sends what is due. True when this one leads. */
  pass(): Promise<boolean>;
};

/**
 * What is due is worked out from the present time: a leader that slept, or whose clock leapt, sends the one
 * occurrence that it was waiting for, and none of those between.
 */
export function createLeader({ entries, registry, owner, clock, send }: Parts): Leader {
  /** Only while this one leads. */
  let waitingFor: Map<string, Date> | undefined;
  const after = ({ name, fires }: CronEntry, time: Date) => {
    const [at] = fires.next(time, 1);
    if (!at) throw new Error(`${name} never fires again`);
    return at;
  };
  const takeOver = async (now: Date) => {
    const first = new Map<string, Date>();
    for (const entry of entries) {
      const last = await registry.lastOf(entry.name);
      const isFresh = last && last <= now && now.getTime() - last.getTime() < takeOverMs;
      first.set(entry.name, after(entry, isFresh ? last : now));
    }
    return first;
  };

  return {
    async pass() {
      const now = clock.now();
      if (!(await registry.lead(owner, now, new Date(now.getTime() + leaseMs)))) {
        waitingFor = undefined;
        return false;
      }
      waitingFor ??= await takeOver(now);
      for (const entry of entries) {
        const at = waitingFor.get(entry.name);
        if (!at || at > now) continue;
        await send(entry, at);
        await registry.record(entry.name, at);
        waitingFor.set(entry.name, after(entry, now));
      }
      return true;
    },
  };
}
