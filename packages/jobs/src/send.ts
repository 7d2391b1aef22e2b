import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { markDispatched, type Database, type DispatchableJob } from "@tendril/database";
import { checkpoint, type Clock } from "@tendril/runtime";

import { queueNames } from "./catalogue.ts";
import { encodeMessage } from "./message.ts";
import type { Queues } from "./queues.ts";

/** SQS takes ten messages in one request, and bills by request. */
const batchSize = 10;

/** After that another relay may soon have what is left in hand. */
const longestMs = 20_000;

type SendOptions = {
  /** Once aborted the first error is also the last: nobody waits for one request after the other without an answer. */
  stopping?: AbortSignal | undefined;
  /** How it is noted that they went out. */
  mark?: typeof markDispatched;
};

/**
 * Sends pointers to jobs in full batches and notes which ones went out.
 * What could not be sent stays undispatched and is the relay's; the first error is thrown at the end.
 */
export async function sendJobs(
  { db, queues, clock }: { db: Database; queues: Queues; clock: Clock },
  jobs: readonly DispatchableJob[],
  { stopping, mark = markDispatched }: SendOptions = {},
): Promise<void> {
  const errors: unknown[] = [];
  const until = clock.now().getTime() + longestMs;
  for (const batch of inBatches(jobs)) {
    try {
      if (clock.now().getTime() > until) throw new Error("SQS is too slow to send it all");
      const sent = await sendBatch(queues, batch);
      checkpoint("sent");
      await mark(db, sent, clock.now());
      if (sent.length < batch.length)
        throw new Error(`SQS refused ${batch.length - sent.length} of ${batch.length} messages`);
    } catch (error) {
      errors.push(error);
      if (stopping?.aborted) break;
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** Never more than ten, and only of one queue. */
function* inBatches(jobs: readonly DispatchableJob[]): Generator<DispatchableJob[]> {
  for (const queue of queueNames) {
    const ofQueue = jobs.filter((job) => job.queue === queue);
    for (let from = 0; from < ofQueue.length; from += batchSize)
      yield ofQueue.slice(from, from + batchSize);
  }
}

async function sendBatch(
  queues: Queues,
  batch: readonly DispatchableJob[],
): Promise<DispatchableJob[]> {
  const queue = queueNames.find((name) => name === batch[0]?.queue);
  if (!queue) return [];
  const command = new SendMessageBatchCommand({
    QueueUrl: await queues.url(queue),
    Entries: batch.map((job, index) => ({
      Id: String(index),
      MessageBody: encodeMessage(job),
      MessageGroupId: job.fairnessGroup,
    })),
  });
  const answer = await queues.sqs.send(command);
  const accepted = new Set(answer.Successful?.map(({ Id }) => Id));
  return batch.filter((_, index) => accepted.has(String(index)));
}
