import { PurgeQueueCommand, PurgeQueueInProgress } from "@aws-sdk/client-sqs";
import type { AnyQueueName, Queues } from "@tendril/jobs";
import { ConflictError } from "@tendril/runtime";

import { orAway } from "./raw.ts";

/** Deletes all that is in a queue; SQS takes up to a minute, and takes what comes in that time with it. */
export async function purgeQueue({ sqs, url }: Queues, queue: AnyQueueName): Promise<void> {
  const QueueUrl = await orAway(url(queue));
  try {
    await orAway(sqs.send(new PurgeQueueCommand({ QueueUrl })));
  } catch (error) {
    if (error instanceof PurgeQueueInProgress)
      throw new ConflictError(
        `${queue} was purged less than a minute ago: SQS does so once a minute.`,
      );
    throw error;
  }
}
