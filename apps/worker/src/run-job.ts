import { ChangeMessageVisibilityCommand, type Message } from "@aws-sdk/client-sqs";
import { claim, leaseSeconds, type JobMessage, type QueueName } from "@tendril/jobs";
import { withLogContext } from "@tendril/runtime";

import { attemptJob } from "./attempt.ts";
import type { WorkerContext } from "./context.ts";

export type Delivery = { queue: QueueName; sqsMessage: Message; message: JobMessage };

/** Takes one job as far as it gets now. True when the message has done its service and can be deleted. */
export async function runJob(
  context: WorkerContext,
  { queue, sqsMessage, message }: Delivery,
  stopping: AbortSignal,
): Promise<boolean> {
  const { db, clock, logger } = context;
  const claimed = await claim(db, clock, message);
  switch (claimed.kind) {
    case "over":
      return true;
    case "not-for-this-worker":
      logger.warn({ job: message.id, name: message.name, version: message.version }, "unknown job");
      return false;
    case "running-elsewhere":
      await hide(context, queue, sqsMessage, claimed.freeInSeconds + 1);
      return false;
    case "claimed": {
      const keepHidden = () => hide(context, queue, sqsMessage, leaseSeconds);
      return withLogContext({ job: message.id, trace: message.trace }, () =>
        attemptJob(context, claimed, { stopping, keepHidden }),
      );
    }
  }
}

async function hide(
  { queues }: WorkerContext,
  queue: QueueName,
  { ReceiptHandle }: Message,
  visibilitySeconds: number,
): Promise<void> {
  await queues.sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: await queues.url(queue),
      ReceiptHandle,
      VisibilityTimeout: visibilitySeconds,
    }),
  );
}
