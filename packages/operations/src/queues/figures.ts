import { countDueJobs, countInstances, countOpenLetters, type Database } from "@tendril/database";
import { queueNames, type QueueName } from "@tendril/jobs";

import { aliveMs } from "../instances.ts";

/** What SQS cannot say of a queue. */
export type LedgerFigures = {
  queue: QueueName;
  /** Jobs that could begin; at most `dueCountedUpTo`, which means that many or more. */
  due: number;
  /** How long the oldest of them has waited; null when there is none. */
  oldestMs: number | null;
  openLetters: number;
};

export { countedAtMost as dueCountedUpTo } from "@tendril/database";

export type Figures = { queues: LedgerFigures[]; alive: { web: number; worker: number } };

/** As it is at this moment, by the ledger. */
export async function readFigures(db: Database, now: Date): Promise<Figures> {
  const [due, letters, tiers] = await Promise.all([
    countDueJobs(db, queueNames, now),
    countOpenLetters(db),
    countInstances(db, new Date(now.getTime() - aliveMs)),
  ]);
  const alive = (tier: "web" | "worker") => tiers.find((row) => row.tier === tier)?.alive ?? 0;
  const queues = queueNames.map((queue) => {
    const waiting = due.find((row) => row.queue === queue);
    return {
      queue,
      due: waiting?.due ?? 0,
      oldestMs: waiting ? Math.max(0, now.getTime() - waiting.oldest.getTime()) : null,
      // Those too that were filed from its dead-letter queue.
      openLetters: letters
        .filter(({ queue: from }) => from === queue || from === `${queue}-dead`)
        .reduce((sum, { count }) => sum + count, 0),
    };
  });
  return { queues, alive: { web: alive("web"), worker: alive("worker") } };
}
