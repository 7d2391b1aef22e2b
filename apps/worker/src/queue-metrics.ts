import { countDueJobs } from "@tendril/database";
import { queueDepth, queueNames } from "@tendril/jobs";

import type { Engine } from "./engine.ts";

/**
 * One line per queue: what SQS holds, and what the ledger knows to be due. The age is the ledger's: SQS's own
 * counts from the last send, and a message that comes back again and again distorts it.
 */
export async function logQueues({ db, clock, logger, queues }: Engine): Promise<void> {
  const now = clock.now();
  const due = await countDueJobs(db, now);
  for (const queue of queueNames) {
    const waiting = due.find((row) => row.queue === queue);
    const depth = await queueDepth(queues, queue);
    const ageMs = waiting ? Math.max(0, now.getTime() - waiting.oldest.getTime()) : 0;
    logger.info({ queue, ...depth, due: waiting?.due ?? 0, ageMs }, "queue metrics");
  }
}
