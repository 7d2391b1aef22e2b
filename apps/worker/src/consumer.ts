import { setTimeout as delay } from "node:timers/promises";

import { ChangeMessageVisibilityBatchCommand, type Message } from "@aws-sdk/client-sqs";
import { leaseSeconds, type QueueName } from "@tendril/jobs";
import { repeat, seconds } from "@tendril/runtime";
import { Consumer } from "sqs-consumer";

import { createAcknowledger } from "./acknowledger.ts";
import type { Engine } from "./engine.ts";
import { needs } from "./gates.ts";
import { handleMessage } from "./message.ts";
import { requestForAll } from "./message-batch.ts";

/** What SQS gives in one receive, and bills as one. */
const receiveLimit = 10;
const pauseAfterErrorMs = seconds(2);
const yieldMs = 100;

/** SQS answers within this time when it has something. What an answer on its way brings is hidden already. */
const answerMs = seconds(1);

export type QueueConsumer = {
  /** It does not even ask for more work: some may wait. */
  isBusy(): boolean;
} & AsyncDisposable;

type Options = {
  /** Jobs of this queue that one process works on at a time. */
  slots: number;
  /** Aborted when running jobs have had their time. */
  stopping: AbortSignal;
  /** Whether this queue may begin new work now. */
  mayBegin?: () => boolean;
};

/**
 * Receives for one queue, as much as there are free slots for.
 *
 * sqs-consumer does the receiving and nothing else, because of how it works:
 * - it deletes what a handler returns, and waits with the next poll for the slowest of a batch: here the
 *   handler returns nothing, jobs run on while the next poll is under way, acknowledger.ts deletes in batches;
 * - `batchSize` is read before the poll: it is set at the end of the one before;
 * - its heartbeat covers whole batches: ours is per job, in attempt.ts;
 * - `stop({ abort: true })` breaks off every call it makes: as it makes none but receives, no delete is lost, and
 *   a receive that has just begun is waited for a little: broken off, what it brings would be hidden from all;
 * - what a poll brings may come too late, as the worker stops, a dependency is away or other queues have work: it
 *   goes straight back;
 * - an `error` without a listener throws, and some errors make it poll again at once: hence the pause.
 */
export function consume(
  engine: Engine,
  queue: QueueName,
  { slots, stopping, mayBegin = () => true }: Options,
): QueueConsumer {
  const { queues, logger, gates } = engine;
  const running = new Set<Promise<void>>();
  const stopped = new AbortController();
  const acknowledger = createAcknowledger(engine, queue);
  let consumer: Consumer | undefined;
  let poll = { began: 0, ...Promise.withResolvers<void>() };
  poll.resolve();

  const free = () => slots - running.size;
  /** Full batches while there is a backlog: receives are billed, and half-empty ones cost as much. */
  const worthReceiving = Math.min(receiveLimit, Math.ceil(slots / 2));

  const begin = (message: Message) => {
    const job = handleMessage(engine, { queue, message, stopping })
      .then((over) => (over ? acknowledger.add(message) : undefined))
      .catch((error: unknown) =>
        logger.error({ err: error, queue }, "a message is left to come back"),
      )
      .finally(() => running.delete(job));
    running.add(job);
  };
  const giveBack = (messages: readonly Message[]) =>
    requestForAll(messages, async (entries) => {
      const QueueUrl = await queues.url(queue);
      const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
      return queues.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    });
  const connect = async () => {
    if (consumer) return;
    const made = Consumer.create({
      queueUrl: await queues.url(queue),
      sqs: queues.longPolls,
      batchSize: Math.min(receiveLimit, slots),
      visibilityTimeout: leaseSeconds,
      waitTimeSeconds: 20,
      messageSystemAttributeNames: ["SentTimestamp"],
      shouldDeleteMessages: false,
      preReceiveMessageCallback: async () => {
        await gates.opened(needs[queue], stopped.signal);
        while (!mayBegin() && !stopped.signal.aborted)
          await delay(yieldMs, undefined, { signal: stopped.signal }).catch(() => {});
        stopped.signal.throwIfAborted();
        poll = { began: performance.now(), ...Promise.withResolvers<void>() };
      },
      handleMessageBatch: async (messages) => {
        if (stopped.signal.aborted || !gates.areOpen(needs[queue]) || !mayBegin()) {
          await giveBack(messages);
          return undefined;
        }
        messages.forEach(begin);
        while (free() < worthReceiving) await Promise.race(running);
        made.updateOption("batchSize", Math.min(receiveLimit, free()));
        return undefined;
      },
    });
    const ended = (pauseMs: number) => {
      made.updateOption("pollingWaitTimeMs", pauseMs);
      poll.resolve();
    };
    made.on("error", (error) => {
      ended(pauseAfterErrorMs);
      if (stopped.signal.aborted) return;
      logger.warn({ err: error, queue }, "the queue cannot be read");
    });
    made.on("empty", () => ended(0));
    made.on("response_processed", () => ended(0));
    made.start();
    consumer = made;
  };
  // SQS may be away when the worker starts.
  const connecting = repeat(connect, {
    pauseMs: pauseAfterErrorMs,
    onError: (error) => logger.warn({ err: error, queue }, "the queue is not found"),
  });

  return {
    isBusy: () => free() < worthReceiving,
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await connecting[Symbol.asyncDispose]();
      const patience = poll.began + answerMs - performance.now();
      if (patience > 0)
        await Promise.race([poll.promise, delay(patience, undefined, { ref: false })]);
      consumer?.stop({ abort: true });
      await Promise.allSettled(running);
      await poll.promise;
      await acknowledger[Symbol.asyncDispose]();
    },
  };
}
