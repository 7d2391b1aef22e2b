import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";

import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";

import { CREDENTIALS } from "../../space/secrets.ts";
import type { SesBehaviour } from "./behaviour.ts";

const ACCOUNT = "000000000000";
const AGAIN_MS = 500;

export type TopicOptions = { sqs: string; queue: string; region: string };

/** The SNS topic between SES and the queue of its events: wraps each in an envelope and tries until SQS has it. */
export interface Topic extends AsyncDisposable {
  /** In the background: SES never waits for it. */
  publish(event: string, how: SesBehaviour["events"]): void;
  /** Events that are not in the queue yet. */
  readonly underWay: number;
}

export function openTopic({ sqs: endpoint, queue, region }: TopicOptions): Topic {
  const sqs = new SQSClient({
    endpoint,
    region,
    credentials: CREDENTIALS,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 2_000,
      requestTimeout: 5_000,
      throwOnRequestTimeout: true,
    },
  });
  const closed = new AbortController();
  const underWay = new Set<Promise<void>>();
  let url: string | undefined;

  const send = async (MessageBody: string) => {
    url ??= (await sqs.send(new GetQueueUrlCommand({ QueueName: queue }))).QueueUrl;
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
  };
  const deliver = async (body: string, delayMs: number) => {
    await delay(delayMs, undefined, { signal: closed.signal });
    while (!closed.signal.aborted) {
      const sent = await send(body).then(
        () => true,
        () => false,
      );
      if (sent) return;
      await delay(AGAIN_MS, undefined, { signal: closed.signal });
    }
  };
  return {
    get underWay() {
      return underWay.size;
    },
    publish(event, { delayMs, lost, copies }) {
      if (lost) return;
      const body = ascii(envelope(event, queue, region));
      for (let copy = 0; copy < copies; copy++) {
        const delivered = deliver(body, delayMs)
          .catch(() => {})
          .finally(() => underWay.delete(delivered));
        underWay.add(delivered);
      }
    },
    async [Symbol.asyncDispose]() {
      closed.abort();
      await Promise.all(underWay);
      sqs.destroy();
    },
  };
}

/** The same JSON: the local SQS takes no characters beyond the first 65,536, though SQS does. */
function ascii(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** As SNS sends to queues that did not ask for raw messages. Nobody here could check the signature. */
function envelope(event: string, topic: string, region: string): string {
  const TopicArn = `arn:aws:sns:${region}:${ACCOUNT}:${topic}`;
  return JSON.stringify({
    Type: "Notification",
    MessageId: randomUUID(),
    TopicArn,
    Subject: "Amazon SES Email Event Notification",
    Message: `${event}\n`,
    Timestamp: new Date().toISOString(),
    SignatureVersion: "1",
    Signature: "local",
    SigningCertURL: `https://sns.${region}.amazonaws.com/SimpleNotificationService-local.pem`,
    UnsubscribeURL: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${TopicArn}:${randomUUID()}`,
  });
}
