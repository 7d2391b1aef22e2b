import { ChangeMessageVisibilityCommand, type Message } from "@aws-sdk/client-sqs";
import { findLettersOfJob, isDatabaseAway, type JobRow } from "@tendril/database";
import {
  claim,
  decodeMessage,
  fileRawLetter,
  leaseSeconds,
  redrive,
  withOrigin,
  type QueueName,
} from "@tendril/jobs";
import { checkpoint, withLogContext } from "@tendril/runtime";

import { attemptJob } from "./attempt.ts";
import type { Engine } from "./engine.ts";

export type Delivery = { queue: QueueName; message: Message; stopping: AbortSignal };

/** Longer than the lease of whoever has the job, by a random bit: so not all doubles come at once. */
const jitterSeconds = () => 1 + Math.floor(Math.random() * 5);

class ForeignMessageError extends Error {
  override readonly name = "ForeignMessageError";
}

/** Takes one message as far as it gets now. True when it has done its service and can be deleted. */
export async function handleMessage(engine: Engine, delivery: Delivery): Promise<boolean> {
  try {
    return await understand(engine, delivery);
  } catch (error) {
    if (isDatabaseAway(error)) engine.gates.close("database");
    throw error;
  }
}

async function understand(
  engine: Engine,
  { queue, message, stopping }: Delivery,
): Promise<boolean> {
  const { db, logger } = engine;
  const pointer = decodeMessage(message.Body);
  const keep = async (why: string) => {
    const raw = { queue, sqsMessageId: message.MessageId ?? "", body: message.Body ?? "" };
    await fileRawLetter(db, engine, raw, new ForeignMessageError(why));
    return true;
  };
  if (!pointer) return keep("This message is not one of ours");
  const sentAt = new Date(Number(message.Attributes?.SentTimestamp ?? 0));
  const claimed = await claim(engine, pointer, sentAt);
  switch (claimed.kind) {
    case "stray":
      return keep("Its job is not in the ledger");
    case "over":
      logger.debug({ job: pointer.id, why: claimed.why }, "message without work");
      return true;
    case "dead":
      if (await redriveFromOutside(engine, claimed.job)) return true;
      return keep("Its job is dead, and no letter tells of it");
    case "running-elsewhere":
      await hide(engine, queue, message, Math.ceil(claimed.freeInMs / 1_000) + jitterSeconds());
      return false;
    case "claimed":
      checkpoint("claimed");
      return withLogContext({ job: pointer.id, trace: pointer.trace }, () =>
        withOrigin({ jobId: pointer.id }, () =>
          attemptJob(engine, claimed, {
            stopping,
            keepHidden: () => hide(engine, queue, message, leaseSeconds),
          }),
        ),
      );
  }
}

/**
 * Somebody sent the dead job's message again by SQS's own means: the desk's record has to say so. Who dropped its
 * letter before has been overruled. False when there is no letter to say it.
 */
async function redriveFromOutside(engine: Engine, { id, generation }: JobRow): Promise<boolean> {
  const letters = await findLettersOfJob(engine.db, id);
  const letter = letters.find((each) => each.generation === generation);
  if (!letter) return false;
  const dropped = letter.state === "dropped" ? `; it had been dropped: ${letter.closedReason}` : "";
  const reason = `Its message was sent again in SQS${dropped}`;
  // Else another worker was faster with another copy of the message.
  await redrive(engine, letter, { reason, evenDropped: true });
  return true;
}

async function hide(
  { queues }: Engine,
  queue: QueueName,
  { ReceiptHandle }: Message,
  visibilitySeconds: number,
): Promise<void> {
  const QueueUrl = await queues.url(queue);
  const VisibilityTimeout = visibilitySeconds;
  await queues.sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }),
  );
}
