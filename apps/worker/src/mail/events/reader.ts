import { setTimeout as delay } from "node:timers/promises";

import { ReceiveMessageCommand, type Message } from "@aws-sdk/client-sqs";
import { advanceQuietClock, isDatabaseAway, stopQuietClock } from "@tendril/database";
import { fileRawLetter, mailEvents } from "@tendril/jobs";
import { minutes, repeat, seconds } from "@tendril/runtime";

import { createAcknowledger } from "../../acknowledger.ts";
import type { Engine } from "../../engine.ts";
import { readEvent } from "./event.ts";
import { ForeignEventError, noteEvent } from "./note-event.ts";

const pollSeconds = 20;
const visibilitySeconds = 30;
const pauseAfterErrorMs = seconds(2);

/** Who reads what was sent no longer ago has come to the end: under load a queue is never found empty. */
const freshMs = minutes(1);

/** No single look counts for more, whatever the clock did meanwhile. */
const longestLookMs = seconds(30);

/** An event that cannot be noted so often, with the database there, never will be. */
const patience = 5;

export type EventReader = {
  /** One look into the queue: what is there is noted, or put on record, then deleted. */
  look(signal: AbortSignal, waitSeconds?: number): Promise<void>;
} & AsyncDisposable;

type ReaderParts = Pick<
  Engine,
  "db" | "clock" | "logger" | "queues" | "gates" | "instanceId" | "release"
>;

export function createEventReader(parts: ReaderParts): EventReader {
  const { db, clock, queues } = parts;
  const acknowledger = createAcknowledger(parts, mailEvents);
  /** Since when this reader has known that nothing waits. */
  let quietSince: Date | undefined;

  const receive = async (signal: AbortSignal, waitSeconds: number): Promise<Message[]> => {
    const { Messages = [] } = await queues.longPolls.send(
      new ReceiveMessageCommand({
        QueueUrl: await queues.url(mailEvents),
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: visibilitySeconds,
        MessageSystemAttributeNames: ["SentTimestamp", "ApproximateReceiveCount"],
      }),
      { abortSignal: signal },
    );
    return Messages;
  };
  const isFresh = ({ Attributes }: Message) =>
    clock.now().getTime() - Number(Attributes?.SentTimestamp ?? 0) <= freshMs;

  return {
    async look(signal, waitSeconds = pollSeconds) {
      const since = quietSince ?? clock.now();
      quietSince = undefined;
      const messages = await receive(signal, waitSeconds);
      const caughtUp = messages.every(isFresh);
      if (!caughtUp) await stopQuietClock(db, clock.now());
      const noted = await Promise.allSettled(
        messages.map(async (message) => {
          await take(parts, message);
          acknowledger.add(message);
        }),
      );
      const failed = noted.find((each) => each.status === "rejected");
      if (failed) throw failed.reason;
      if (!caughtUp) return;
      const now = clock.now();
      const lookMs = Math.min(longestLookMs, now.getTime() - since.getTime());
      await advanceQuietClock(db, now, lookMs);
      quietSince = now;
    },
    [Symbol.asyncDispose]: () => acknowledger[Symbol.asyncDispose](),
  };
}

/** Reads what SES tells of mails, in any number of workers, until it is disposed of. */
export function readMailEvents(engine: Engine): AsyncDisposable {
  const { gates, logger } = engine;
  const reader = createEventReader(engine);
  const reading = repeat(
    async (signal) => {
      await gates.opened(["database"], signal);
      if (signal.aborted) return;
      try {
        await reader.look(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isDatabaseAway(error)) gates.close("database");
        logger.warn({ err: error }, "events of mails cannot be read now; they come again");
        await delay(pauseAfterErrorMs, undefined, { signal }).catch(() => {});
      }
    },
    { pauseMs: 0, onError: (error) => logger.error({ err: error }, "the reader of events failed") },
  );
  return {
    async [Symbol.asyncDispose]() {
      await reading[Symbol.asyncDispose]();
      await reader[Symbol.asyncDispose]();
    },
  };
}

/** Resolves when the message has done its service. */
async function take(parts: ReaderParts, message: Message): Promise<void> {
  const { db, logger } = parts;
  const { Body = "", MessageId = "", Attributes } = message;
  const keep = (why: unknown) =>
    fileRawLetter(db, parts, { queue: mailEvents, sqsMessageId: MessageId, body: Body }, why);
  const event = readEvent(Body);
  if (!event) return keep(new ForeignEventError("This is not an event of SES"));
  if (event === "greeting") return logger.info("SES has found the queue of its events");
  try {
    const { tags, messageId } = event.mail;
    // Rows may go before all their events have come, and nothing is left to be done for them.
    if ((await noteEvent(db, event)) === "stranger")
      logger.warn({ event: event.eventType, tags, messageId }, "an event of an unknown mail");
  } catch (error) {
    const given = error instanceof ForeignEventError;
    const receives = Number(Attributes?.ApproximateReceiveCount ?? 1);
    if (!given && (isDatabaseAway(error) || receives < patience)) throw error;
    await keep(error);
  }
}
