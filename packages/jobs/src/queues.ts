import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";

import type { QueueName } from "./catalogue.ts";
import type { QueueConfig } from "./config.ts";

/** Where SQS itself moves what was received too often. */
export type DeadQueueName = `${QueueName}-dead`;

export type Queues = {
  sqs: SQSClient;
  /** Asked of SQS once, then remembered. */
  url: (queue: QueueName | DeadQueueName) => Promise<string>;
};

/** Long polls last 20 s, so the answer may take a little longer than that. */
const longestAnswerMs = 25_000;

export function connectQueues({ region, prefix }: QueueConfig): Queues & Disposable {
  const sqs = new SQSClient({
    region,
    // The relay and the next poll are the retries.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: longestAnswerMs },
  });
  const known = new Map<string, string>();

  return {
    sqs,
    async url(queue) {
      const before = known.get(queue);
      if (before !== undefined) return before;
      const { QueueUrl } = await sqs.send(
        new GetQueueUrlCommand({ QueueName: `${prefix}-${queue}` }),
      );
      if (!QueueUrl) throw new Error(`SQS does not say where the queue ${prefix}-${queue} is`);
      known.set(queue, QueueUrl);
      return QueueUrl;
    },
    [Symbol.dispose]: () => sqs.destroy(),
  };
}
