import { DeleteMessageBatchCommand, type Message } from "@aws-sdk/client-sqs";
import type { mailEvents, QueueName } from "@tendril/jobs";

import type { Engine } from "./engine.ts";
import { requestForAll } from "./message-batch.ts";

/** SQS takes ten in one request, and bills by request. */
const batchSize = 10;

/** How long a finished job's message waits for company. */
const gatherMs = 50;

/**
 * Deletes messages that are over, in batches. One that SQS does not delete comes again and is found to be over.
 */
export function createAcknowledger(
  { queues, logger }: Pick<Engine, "queues" | "logger">,
  queue: QueueName | typeof mailEvents,
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
  const deleteBatch = (batch: readonly Message[]) =>
    requestForAll(batch, async (Entries) => {
      const QueueUrl = await queues.url(queue);
      return queues.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    });

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
