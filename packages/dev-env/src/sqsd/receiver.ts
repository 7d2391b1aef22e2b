import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { type Clock, repeat, seconds } from "@tendril/runtime";

import { within } from "../wait.ts";
import { createDeletions } from "./deletions.ts";
import { type Answer, post } from "./post.ts";
import { requestFor } from "./request.ts";
import type { SqsdSettings } from "./settings.ts";

const mostAtOnce = 10;
const longPollSeconds = 20;
const pauseAfterErrorMs = 500;
/** The platform's drains for up to 600 s; nobody waits so long at a terminal. */
const drainMs = seconds(20);

type Parts = {
  sqs: SQSClient;
  queueUrl: string;
  queue: string;
  app: string;
  clock: Clock;
  settings: SqsdSettings;
  log: (line: string) => void;
};

/** Brings messages to the app, and takes exactly 200 for an end. One poller, where the platform's has several. */
export function createReceiver({ sqs, queueUrl, queue, app, clock, settings, log }: Parts) {
  const QueueUrl = queueUrl;
  const running = new Set<Promise<void>>();
  const polling = new AbortController();
  const dropped = new AbortController();
  const deletions = createDeletions(sqs, queueUrl);

  const isTooOld = ({ Attributes }: Message) => {
    const first = Number(Attributes?.ApproximateFirstReceiveTimestamp);
    return clock.now().getTime() - first > seconds(settings.RetentionPeriod);
  };
  /** Without a new receive, so the count does not rise; until the message would come back by itself. */
  const postUntilAnswered = async (message: Message): Promise<Answer> => {
    const request = requestFor(message, queue, settings);
    const until = performance.now() + seconds(settings.VisibilityTimeout);
    for (;;) {
      const answer = await post(app, request, settings, dropped.signal);
      if (answer !== "broken" || performance.now() > until || polling.signal.aborted) return answer;
      log(`broken: ${request.path} again`);
    }
  };
  const deliver = async (message: Message) => {
    const ReceiptHandle = message.ReceiptHandle ?? "";
    if (isTooOld(message)) {
      log(`message ${message.MessageId} is past its retention: deleted`);
      return deletions.add(ReceiptHandle);
    }
    const answer = await postUntilAnswered(message);
    if (dropped.signal.aborted) return;
    if (answer === 200) return deletions.add(ReceiptHandle);
    log(typeof answer === "number" ? `http-err: ${answer}` : `socket-err: ${answer}`);
    const VisibilityTimeout = settings.ErrorVisibilityTimeout;
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }),
    );
  };
  const begin = (message: Message) => {
    const delivery = deliver(message)
      .catch((error: unknown) => log(String(error)))
      .finally(() => running.delete(delivery));
    running.add(delivery);
  };
  const poll = async () => {
    while (running.size >= settings.HttpConnections) await Promise.race(running);
    if (polling.signal.aborted) return;
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(mostAtOnce, settings.HttpConnections - running.size),
        WaitTimeSeconds: longPollSeconds,
        VisibilityTimeout: settings.VisibilityTimeout,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
      { abortSignal: polling.signal },
    );
    Messages.forEach(begin);
  };
  const polls = repeat(
    async (signal) => {
      while (!signal.aborted && !polling.signal.aborted) await poll();
    },
    {
      pauseMs: pauseAfterErrorMs,
      onError: (error) => polling.signal.aborted || log(String(error)),
    },
  );

  return {
    async end(how: "drain" | "drop") {
      polling.abort();
      if (how === "drop") {
        dropped.abort();
        deletions.forget();
      }
      await polls[Symbol.asyncDispose]();
      if (
        how === "drain" &&
        !(await within(
          Promise.all(running).then(() => true),
          drainMs,
        ))
      )
        dropped.abort();
      await Promise.all(running);
      await deletions.flush();
    },
  };
}
