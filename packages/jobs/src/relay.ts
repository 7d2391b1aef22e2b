import {
  hasForgotten,
  markSentAgain,
  reserveExpired,
  reserveForgotten,
  reserveUndispatched,
  transaction,
  type Database,
} from "@tendril/database";
import { hours, minutes, seconds, type Clock } from "@tendril/runtime";

import { queueNames, type QueueName } from "./catalogue.ts";
import { dispatchMs } from "./dispatcher.ts";
import { queueDepth } from "./queue-depth.ts";
import type { Queues } from "./queues.ts";
import { sendJobs } from "./send.ts";

/** A relay that does not come back with its rows by then has died. */
const inHandMs = seconds(30);

/** After a lease ran out its message comes back by itself, for a while longer than this it did not. */
const expiredGraceMs = seconds(15);

/** Unclaimed for this long while its queue is empty: the message is lost. */
const forgottenMs = minutes(2);

/** A queue that is never empty proves nothing: a job that has waited this long is sent again in any case. */
const forgottenInTrafficMs = hours(1);

/** Rows in one pass: enough for a backlog, few enough for one short query. */
const passSize = 200;

/** Lost messages are re-sent slowly: should the guess be wrong, the queue is not flooded with doubles. */
const recoverySize = 50;

type Parts = { db: Database; queues: Queues; clock: Clock };

/**
 * Sends what was left behind: by a process that died, while SQS was down, or because its time had not come.
 * Any number of relays may run; each takes other rows in hand. Answers how many it found.
 */
export async function relayOnce(parts: Parts, stopping?: AbortSignal): Promise<number> {
  const now = parts.clock.now();
  const until = new Date(now.getTime() + inHandMs);
  const olderThan = new Date(now.getTime() - dispatchMs);
  const jobs = await transaction(parts.db, (tx) =>
    reserveUndispatched(tx, { now, until, olderThan, limit: passSize }),
  );
  await sendJobs(parts, jobs, { stopping });
  return jobs.length;
}

/** Pass after pass: a long backlog does not wait for the next time. */
export async function relayAll(parts: Parts, stopping: AbortSignal): Promise<void> {
  while ((await relayOnce(parts, stopping)) === passSize && !stopping.aborted);
}

/**
 * Finds jobs that lost their message: a purged queue, an expired retention, a message that was moved by hand.
 * Answers how many it sent again.
 */
export async function reconcileOnce(parts: Parts, stopping?: AbortSignal): Promise<number> {
  const { db, clock } = parts;
  const now = clock.now();
  const reservation = { now, until: new Date(now.getTime() + inHandMs), limit: recoverySize };
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const expiredBefore = ago(expiredGraceMs);

  const lost = await transaction(db, (tx) => reserveExpired(tx, { ...reservation, expiredBefore }));
  for (const queue of queueNames) {
    if (!(await hasForgotten(db, { queue, sentBefore: ago(forgottenMs) }))) continue;
    const empty = await isEmpty(parts.queues, queue);
    const sentBefore = ago(empty ? forgottenMs : forgottenInTrafficMs);
    lost.push(
      ...(await transaction(db, (tx) =>
        reserveForgotten(tx, { ...reservation, queue, sentBefore }),
      )),
    );
  }
  await sendJobs(parts, lost, { stopping, mark: markSentAgain });
  return lost.length;
}

/** While messages are in the queue, what was sent earlier may simply be waiting behind them. */
async function isEmpty(queues: Queues, queue: QueueName): Promise<boolean> {
  const { visible, inFlight, delayed } = await queueDepth(queues, queue);
  return visible + inFlight + delayed === 0;
}
