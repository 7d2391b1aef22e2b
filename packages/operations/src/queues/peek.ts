import {
  ChangeMessageVisibilityBatchCommand,
  ReceiveMessageCommand,
  type Message,
} from "@aws-sdk/client-sqs";
import type { AnyQueueName, Queues } from "@tendril/jobs";

import { orAway } from "./raw.ts";

export type PeekedMessage = {
  id: string;
  sentAt: Date | null;
  /** How often it was received, this time included. */
  receives: number;
  body: string;
};

/** Should this process die, its messages come back after that. */
const inHandSeconds = 20;

/**
 * Receives up to so many messages and puts them back at once. SQS knows no other way to see what is in a queue, so
 * each look raises their receive counts; workers wait for what is in hand meanwhile.
 */
export async function peek(
  { sqs, url }: Queues,
  queue: AnyQueueName,
  count: number,
): Promise<PeekedMessage[]> {
  const QueueUrl = await orAway(url(queue));
  const seen = new Map<string, Message>();
  try {
    while (seen.size < count) {
      const { Messages = [] } = await orAway(
        sqs.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: Math.min(10, count - seen.size),
            VisibilityTimeout: inHandSeconds,
            // So short a poll asks all servers, without holding anything up.
            WaitTimeSeconds: 1,
            MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"],
          }),
        ),
      );
      if (Messages.length === 0) break;
      for (const message of Messages) seen.set(message.MessageId ?? "", message);
    }
  } finally {
    await putBack({ sqs }, QueueUrl, [...seen.values()]);
  }
  return [...seen].map(([id, { Body = "", Attributes = {} }]) => ({
    id,
    sentAt: Attributes.SentTimestamp ? new Date(Number(Attributes.SentTimestamp)) : null,
    receives: Number(Attributes.ApproximateReceiveCount ?? 1),
    body: Body,
  }));
}

async function putBack(
  { sqs }: Pick<Queues, "sqs">,
  QueueUrl: string,
  messages: readonly Message[],
): Promise<void> {
  for (let from = 0; from < messages.length; from += 10) {
    const Entries = messages.slice(from, from + 10).map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}
