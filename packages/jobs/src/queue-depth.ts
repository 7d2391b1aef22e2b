import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";

import type { AnyQueueName, Queues } from "./queues.ts";

/** As SQS estimates them: it says itself that the numbers are approximate. */
export type QueueDepth = { visible: number; inFlight: number; delayed: number };

/** Asks without receiving, so no receive count changes. */
export async function queueDepth(queues: Queues, queue: AnyQueueName): Promise<QueueDepth> {
  const { Attributes = {} } = await queues.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: await queues.url(queue),
      AttributeNames: [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesDelayed",
        "ApproximateNumberOfMessagesNotVisible",
      ],
    }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}
