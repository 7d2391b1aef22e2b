import {
  findInstances,
  noteInstance,
  noteInstanceStopped,
  type Database,
  type InstanceRow,
  type Tier,
} from "@tendril/database";
import {
  hours,
  messageOf,
  repeat,
  seconds,
  timeOrderedId,
  type Clock,
  type Logger,
  type Release,
} from "@tendril/runtime";
import { setTimeout as delay } from "node:timers/promises";

const everyMs = seconds(10);

/** Three that did not come: then it is taken for gone. */
export const aliveMs = seconds(40);

/** Nothing of a process waits for this longer, should the database hang. */
const patienceMs = seconds(3);

/** Those that are gone are shown for that long. */
const goneShownMs = hours(1);
const shownAtMost = 500;

type Announced = {
  instanceId: string;
  tier: Tier;
  release: Release;
  simulatedLatencyMs?: number;
};

type Parts = { db: Database; clock: Clock; logger: Pick<Logger, "warn"> };

/**
 * Says every ten seconds that this process is there, and at its end that it was told to stop. Serves people who
 * look, and nothing else: what goes wrong with it is a line in the log.
 */
export function announceInstance(
  { db, clock, logger }: Parts,
  { instanceId, tier, release, simulatedLatencyMs = 0 }: Announced,
): AsyncDisposable {
  const id = timeOrderedId();
  const row = {
    id,
    instanceId,
    tier,
    commit: release.commit,
    commitTime: release.time === null ? null : new Date(release.time),
    simulatedLatencyMs,
  };
  let startedAt: Date | undefined;
  let told = false;
  const onError = (error: unknown) => {
    if (!told) logger.warn({ why: messageOf(error) }, "this instance is not on record for now");
    told = true;
  };
  const announcing = repeat(
    async (signal) => {
      const now = clock.now();
      startedAt ??= now;
      await soon(noteInstance(db, { ...row, startedAt }, now), signal);
      told = false;
    },
    { pauseMs: everyMs, onError },
  );
  return {
    async [Symbol.asyncDispose]() {
      await announcing[Symbol.asyncDispose]();
      const noteStop = async () => noteInstanceStopped(db, id, clock.now());
      await soon(noteStop()).catch(onError);
    },
  };
}

async function soon(work: Promise<void>, signal?: AbortSignal): Promise<void> {
  const patience = new AbortController();
  const late = delay(patienceMs, undefined, {
    signal: signal ? AbortSignal.any([signal, patience.signal]) : patience.signal,
  });
  try {
    await Promise.race([
      work,
      late.then(() => {
        throw new Error(`The database did not answer within ${patienceMs / 1_000} s`);
      }),
    ]);
  } finally {
    patience.abort();
    work.catch(() => {});
  }
}

export type Instance = InstanceRow & {
  /** `silent`: it went without a word, or cannot reach the database. */
  state: "alive" | "silent" | "stopped";
};

/** Processes of both tiers: those that are alive, and those that went in the last hour. */
export async function describeFleet(db: Database, now: Date): Promise<Instance[]> {
  const seenSince = new Date(now.getTime() - goneShownMs);
  const rows = await findInstances(db, seenSince, shownAtMost);
  return rows.map((row) => ({ ...row, state: stateOf(row, now) }));
}

function stateOf({ stoppedAt, seenAt }: InstanceRow, now: Date): Instance["state"] {
  if (stoppedAt) return "stopped";
  return now.getTime() - seenAt.getTime() <= aliveMs ? "alive" : "silent";
}
