import { DeleteMessageBatchCommand, type Message } from "@aws-sdk/client-sqs";
import type { QueueName } from "@tendril/jobs";

import type { Engine } from "./engine.ts";

/** SQS takes ten in one request, and bills by request. */
const batchSize = 10;

/** How long a finished job's message waits for company. */
const gatherMs = 50;

/** A request that hangs must not outlast the time that a worker has to stop. */
const timeoutMs = 5_000;

/**
 * Deletes messages that are over, in batches. What SQS answers for single entries is read: those that failed are
 * tried once more. One that is not deleted all the same comes again and is found to be over.
 */
export function createAcknowledger(
  { queues, logger }: Pick<Engine, "queues" | "logger">,
  queue: QueueName,
): { add(message: Message): void } & AsyncDisposable {
  let waiting: Message[] = [];
  let timer: NodeJS.Timeout | undefined;
  const sending = new Set<Promise<void>>();

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const sent = deleteBatch(batch)
      .catch((error: unknown) =>
        logger.warn(
          { err: error, queue, messages: batch.length },
          "messages were not deleted; they come again",
        ),
      )
      .finally(() => sending.delete(sent));
    sending.add(sent);
  };
  const deleteBatch = async (batch: Message[], again = true): Promise<void> => {
    const { Failed = [] } = await queues.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: await queues.url(queue),
        Entries: batch.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
      }),
      { abortSignal: AbortSignal.timeout(timeoutMs) },
    );
    if (Failed.length === 0) return;
    const failed = new Set(Failed.map(({ Id }) => Id));
    if (again)
      return deleteBatch(
        batch.filter((_, index) => failed.has(String(index))),
        false,
      );
    throw new Error(`SQS kept ${failed.size} messages: ${Failed[0]?.Message}`);
  };

  return {
    add(message) {
      waiting.push(message);
      if (waiting.length >= batchSize) flush();
      else timer ??= setTimeout(flush, gatherMs);
    },
    async [Symbol.asyncDispose]() {
      flush();
      await Promise.all(sending);
    },
  };
}
