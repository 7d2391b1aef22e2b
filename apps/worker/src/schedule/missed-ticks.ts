import {
  findTickTimeBefore,
  findTickTimes,
  giveTickItsJob,
  insertMissedTick,
  noteChecked,
  noteTask,
  transaction,
  type ScheduleTaskRow,
} from "@tendril/database";
import { enqueueTickJob } from "@tendril/jobs";
import { hours, minutes } from "@tendril/runtime";

import type { WorkerContext } from "../context.ts";
import type { ScheduledTask } from "./cron-file.ts";
import { timedTasks } from "./tasks.ts";

/** The daemon comes again after a minute, and a new leader takes its time. */
const graceMs = minutes(5);

/** Looked at again each time: should one worker's clock be ahead, the others find what it passed over. */
const overlapMs = hours(1);

/** Rows for one task in one go, the latest; after a longer standstill the oldest of them stands for all before. */
const atMost = 100;

type CheckContext = Pick<WorkerContext, "db" | "outbox" | "clock" | "logger" | "instanceId">;

/**
 * The dead man's check of the schedule: works out what should have fired, and notes what did not come. Hangs on
 * no tick itself, and may run on any number of workers: each tick is noted by one of them.
 */
export async function checkSchedule(
  context: CheckContext,
  tasks: readonly ScheduledTask[],
): Promise<void> {
  for (const task of tasks) await checkTask(context, task);
}

async function checkTask(context: CheckContext, scheduled: ScheduledTask): Promise<void> {
  const { db, clock, logger } = context;
  const { task } = scheduled;
  const now = clock.now();
  const until = new Date(now.getTime() - graceMs);
  const known = await noteTask(db, scheduled, now);
  const missing = await findMissing(context, scheduled, beginning(known, until), until);
  const { missed, madeUp } = await noteMissed(context, scheduled, missing, now);
  await noteChecked(db, task, until);

  const [first, last] = [missed[0], missed.at(-1)];
  if (missed.length > 0) {
    const since = missing.since ?? undefined;
    logger.error({ task, missed: missed.length, first, last, since, madeUp }, "ticks were missed");
  }
  logger.info({ task, missed: missed.length, madeUp }, "schedule metrics");
}

function beginning({ since, checkedUntil }: ScheduleTaskRow, until: Date): Date {
  const again = Math.min(checkedUntil.getTime(), until.getTime() - overlapMs);
  return new Date(Math.max(since.getTime(), again));
}

type Missing = {
  /** Oldest first. */
  times: Date[];
  /** The latest firing is one of them: nothing after it did its work. */
  isLatest: boolean;
  /** All since then are missing, though not in the list; null when the list is all. */
  since: Date | null;
};

async function findMissing(
  { db }: CheckContext,
  { task, fires }: ScheduledTask,
  from: Date,
  until: Date,
): Promise<Missing> {
  const expected = fires.last(until, atMost + 1).filter((time) => time > from);
  const listed = expected.slice(-atMost);
  const [oldest, latest] = [listed[0], listed.at(-1)];
  if (!oldest || !latest) return { times: [], isLatest: false, since: null };

  const found = await findTickTimes(db, task, { from: oldest, to: latest });
  const came = new Set(found.map((time) => time.getTime()));
  const isMissing = (time: Date) => !came.has(time.getTime());
  let since: Date | null = null;
  if (expected.length > atMost && isMissing(oldest)) {
    const before = await findTickTimeBefore(db, task, oldest);
    since = before && before > from ? before : from;
  }
  return { times: listed.filter(isMissing), isLatest: isMissing(latest), since };
}

/** Those that nobody noted before; the latest of all is made up for when its task wants that. */
async function noteMissed(
  { db, outbox, instanceId }: CheckContext,
  { task }: ScheduledTask,
  { times, isLatest, since }: Missing,
  now: Date,
): Promise<{ missed: Date[]; madeUp: boolean }> {
  if (times.length === 0) return { missed: [], madeUp: false };
  return transaction(db, async (tx) => {
    const missed: Date[] = [];
    for (const scheduledAt of times) {
      const missedSince = scheduledAt === times[0] ? since : null;
      if (await insertMissedTick(tx, { task, scheduledAt, missedSince }, now))
        missed.push(scheduledAt);
    }
    const latest = times.at(-1);
    const madeUp =
      isLatest && timedTasks[task].catchUp === "latest" && latest === missed.at(-1) ? latest : null;
    if (madeUp) {
      const jobId = await enqueueTickJob(outbox, tx, task, madeUp);
      const tick = { task, scheduledAt: madeUp, state: "made-up" as const };
      await giveTickItsJob(tx, { ...tick, instance: instanceId, jobId });
    }
    return { missed, madeUp: madeUp !== null };
  });
}
