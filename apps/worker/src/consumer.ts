import type { Message } from "@aws-sdk/client-sqs";
import { decodeMessage, leaseSeconds, type QueueName } from "@tendril/jobs";
import { repeat, seconds } from "@tendril/runtime";
import { Consumer } from "sqs-consumer";

import { createAcknowledger } from "./acknowledger.ts";
import type { WorkerContext } from "./context.ts";
import { runJob } from "./run-job.ts";

/** Elastic Beanstalk kills after 30 s; what runs gets this long to end before it is handed back. */
const finishMs = seconds(20);
const pauseAfterErrorMs = seconds(2);

/**
 * Receives for one queue, as much as there are free slots for.
 *
 * sqs-consumer does the receiving and nothing else, because of how it works:
 * - it deletes what a handler returns, one request per batch, and waits with the next poll for the slowest
 *   of the batch: here handlers return nothing, and jobs run on while the next poll is under way;
 * - its heartbeat covers whole batches: ours is per job, in run-job.ts;
 * - `stop({ abort: true })` breaks off every call it makes: as it makes none but receives, no delete is lost;
 * - an `error` without a listener throws, and some errors make it poll again at once: hence the pause.
 */
export function consume(context: WorkerContext, queue: QueueName, slots: number): AsyncDisposable {
  const { queues, logger } = context;
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const acknowledger = createAcknowledger(context, queue);
  let consumer: Consumer | undefined;

  const free = () => slots - running.size;
  const begin = (message: Message) => {
    const job = work(context, queue, message, stopping.signal)
      .then((over) => (over ? acknowledger.add(message) : undefined))
      .catch((error: unknown) =>
        logger.error({ err: error, queue }, "a message was left to come back"),
      )
      .finally(() => running.delete(job));
    running.add(job);
  };

  const connect = async () => {
    if (consumer) return;
    const queueUrl = await queues.url(queue);
    const made = Consumer.create({
      queueUrl,
      sqs: queues.sqs,
      batchSize: Math.min(10, slots),
      visibilityTimeout: leaseSeconds,
      waitTimeSeconds: 20,
      shouldDeleteMessages: false,
      handleMessageBatch: async (messages) => {
        messages.forEach(begin);
        while (free() <= 0) await Promise.race(running);
        made.updateOption("batchSize", Math.min(10, free()));
        return undefined;
      },
    });
    made.on("error", (error) => {
      if (stopping.signal.aborted || made.status.isRunning === false) return;
      logger.warn({ err: error, queue }, "the queue cannot be read");
      made.updateOption("pollingWaitTimeMs", pauseAfterErrorMs);
    });
    made.on("empty", () => made.updateOption("pollingWaitTimeMs", 0));
    made.on("response_processed", () => made.updateOption("pollingWaitTimeMs", 0));
    made.start();
    consumer = made;
  };
  // SQS may be away when the worker starts.
  const connecting = repeat(connect, {
    pauseMs: pauseAfterErrorMs,
    onError: (error) => logger.warn({ err: error, queue }, "the queue is not found"),
  });

  return {
    async [Symbol.asyncDispose]() {
      await connecting[Symbol.asyncDispose]();
      consumer?.stop({ abort: true });
      const late = setTimeout(() => stopping.abort(), finishMs);
      await Promise.allSettled(running);
      clearTimeout(late);
      await acknowledger[Symbol.asyncDispose]();
    },
  };
}

/** True when the message has done its service. */
async function work(
  context: WorkerContext,
  queue: QueueName,
  message: Message,
  stopping: AbortSignal,
): Promise<boolean> {
  const pointer = decodeMessage(message.Body);
  if (!pointer) {
    // Left alone it goes to the dead-letter queue, where people find it.
    context.logger.error({ queue, sqsMessage: message.MessageId }, "a message that is not ours");
    return false;
  }
  return runJob(context, { queue, message: pointer, sqsMessage: message }, stopping);
}
