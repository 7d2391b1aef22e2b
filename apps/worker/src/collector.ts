import { DeleteMessageCommand, ReceiveMessageCommand, type Message } from "@aws-sdk/client-sqs";
import { findJob, requestDispatch } from "@tendril/database";
import { decodeMessage, fileRawLetter, queueNames, type DeadQueueName } from "@tendril/jobs";

import type { Engine } from "./engine.ts";

/** Until then no other worker's collector sees what this one has in hand. */
const inHandSeconds = 60;

class MovedBySqsError extends Error {
  override readonly name = "MovedBySqsError";
}

/**
 * Files what lands in the dead-letter queues: messages that SQS moved after too many receives, or that somebody
 * moved by hand. Each is deleted only after what it means is committed; while the database is away they stay.
 */
export async function collectDead(engine: Engine, stopping?: AbortSignal): Promise<void> {
  for (const queue of queueNames) await collectFrom(engine, `${queue}-dead`, stopping);
}

async function collectFrom(
  engine: Engine,
  queue: DeadQueueName,
  stopping: AbortSignal | undefined,
): Promise<void> {
  const { sqs, url } = engine.queues;
  const QueueUrl = await url(queue);
  for (;;) {
    if (stopping?.aborted) return;
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: inHandSeconds,
        WaitTimeSeconds: 0,
      }),
    );
    if (Messages.length === 0) return;
    for (const message of Messages) {
      await file(engine, queue, message);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    }
  }
}

/** The ledger knows what became of the job; only what it does not know is put on record here. */
async function file(engine: Engine, queue: DeadQueueName, message: Message): Promise<void> {
  const { db, logger } = engine;
  const pointer = decodeMessage(message.Body);
  const job = pointer && (await findJob(db, pointer.id));
  logger.warn(
    { queue, sqsMessage: message.MessageId, job: job?.id, state: job?.state },
    "collected",
  );
  if (!job) {
    const raw = { queue, sqsMessageId: message.MessageId ?? "", body: message.Body ?? "" };
    const why = pointer ? "Its job is not in the ledger" : "It is not one of ours";
    return fileRawLetter(db, engine, raw, new MovedBySqsError(`SQS gave this message up. ${why}`));
  }
  // Done, dead or running: the ledger has its end or its lease. Waiting: it needs another message.
  if (job.state === "queued") await requestDispatch(db, job.id);
}
