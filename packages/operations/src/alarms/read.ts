import {
  countInstances,
  countOpenAndNewLetters,
  countTicksMissedInARow,
  countUnknownMails,
  findDeadSince,
  findLatestQueueSamples,
  findOutboxLag,
  type Database,
  type Tier,
} from "@tendril/database";
import { findCurrentTasks, queueNames } from "@tendril/jobs";
import { days, minutes } from "@tendril/runtime";

import { aliveMs } from "../instances.ts";
import { newLettersMs, unknownMailsMs, type AlarmName } from "./thresholds.ts";

/** What an alarm goes by, now; null when it cannot be known. Times in milliseconds. */
export type Reading = {
  alarm: AlarmName;
  /** Which queue or task; empty for the whole. */
  subject: string;
  value: number | null;
};

/** A sample that is older says nothing of now. */
export const freshMs = minutes(3);

/** Farther back missed ticks are history. */
const missedWithinMs = days(7);

/** Everything that is watched, from the database alone: what SQS holds is in the samples. */
export async function readAlarms(db: Database, now: Date): Promise<Reading[]> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const since = (time: Date | null | undefined) =>
    time ? Math.max(0, now.getTime() - time.getTime()) : 0;

  const [letters, unknownMails, outbox, tiers, tasks, missed, samples, dead] = await Promise.all([
    countOpenAndNewLetters(db, ago(newLettersMs)),
    countUnknownMails(db, ago(unknownMailsMs)),
    findOutboxLag(db, now),
    countInstances(db, ago(aliveMs)),
    findCurrentTasks(db),
    countTicksMissedInARow(db, ago(missedWithinMs)),
    findLatestQueueSamples(db, ago(freshMs)),
    Promise.all(queueNames.map((queue) => findDeadSince(db, queue, ago(freshMs)))),
  ]);

  /** A tier that never was is not missed. */
  const goneFor = (tier: Tier) => {
    const row = tiers.find((row) => row.tier === tier);
    if (!row) return null;
    return row.alive > 0 ? 0 : since(row.lastSeenAt);
  };
  const looks = tasks.map(({ checkedAt }) => since(checkedAt));
  return [
    { alarm: "open-letters", subject: "", value: letters.open },
    { alarm: "new-letters", subject: "", value: letters.recent },
    { alarm: "unknown-mails", subject: "", value: unknownMails },
    { alarm: "outbox-lag", subject: "", value: since(outbox.oldest) },
    { alarm: "no-worker", subject: "", value: goneFor("worker") },
    { alarm: "no-web", subject: "", value: goneFor("web") },
    {
      alarm: "unwatched-schedule",
      subject: "",
      value: looks.length > 0 ? Math.min(...looks) : null,
    },
    ...tasks.map(({ task }): Reading => {
      const row = missed.find((row) => row.task === task);
      return { alarm: "missed-ticks", subject: task, value: row?.count ?? 0 };
    }),
    ...queueNames.flatMap((queue, index): Reading[] => {
      const sample = samples.find((row) => row.queue === queue);
      const { since: deadSince = null, lookedAt = null } = dead[index] ?? {};
      return [
        { alarm: "late-queue", subject: queue, value: sample?.oldestMs ?? null },
        { alarm: "stuck-dead-queue", subject: queue, value: lookedAt ? since(deadSince) : null },
      ];
    }),
  ];
}
