import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs";

import type { QueueName } from "./catalogue.ts";
import type { QueueConfig } from "./config.ts";

/** Where SQS itself moves what was received too often. */
export type DeadQueueName = `${QueueName}-dead`;

/** What SES tells of mails: no jobs, so no dead-letter queue. */
export const mailEvents = "mail-events";

/** The platform's daemon alone reads it: a worker that did would take its ticks away. */
export const cronQueue = "cron";

export type AnyQueueName = QueueName | DeadQueueName | typeof mailEvents | typeof cronQueue;

export type Queues = {
  sqs: SQSClient;
  /** For receives that wait for messages; everything else has its answer at once, or never. */
  longPolls: SQSClient;
  /** Asked of SQS once, then remembered. */
  url: (queue: AnyQueueName) => Promise<string>;
};

/** A call that hangs must not outlast the time that a process has to stop. */
const answerMs = 5_000;

/** Long polls last 20 s, so the answer may take a little longer than that. */
const longPollMs = 25_000;

export function connectQueues({ region, prefix }: QueueConfig): Queues & Disposable {
  const connect = (requestTimeout: number) =>
    new SQSClient({
      region,
      // The relay and the next poll are the retries.
      maxAttempts: 1,
      // Without the last one the SDK only warns, and waits on.
      requestHandler: { connectionTimeout: 2_000, requestTimeout, throwOnRequestTimeout: true },
    });
  const sqs = connect(answerMs);
  const longPolls = connect(longPollMs);
  const known = new Map<string, string>();

  return {
    sqs,
    longPolls,
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
    [Symbol.dispose]() {
      sqs.destroy();
      longPolls.destroy();
    },
  };
}
