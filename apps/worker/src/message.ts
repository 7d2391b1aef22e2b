import { ChangeMessageVisibilityCommand, type Message } from "@aws-sdk/client-sqs";
import { findLettersOfJob, isDatabaseAway, type JobRow } from "@tendril/database";
import {
  claim,
  decodeMessage,
  fileRawLetter,
  leaseSeconds,
  redrive,
  type QueueName,
} from "@tendril/jobs";
import { checkpoint, withLogContext } from "@tendril/runtime";

import { attemptJob } from "./attempt.ts";
import type { WorkerContext } from "./context.ts";

export type Delivery = { queue: QueueName; message: Message; stopping: AbortSignal };

/** Longer than the lease of whoever has the job, by a random bit: so not all doubles come at once. */
const jitterSeconds = () => 1 + Math.floor(Math.random() * 5);

class ForeignMessageError extends Error {
  override readonly name = "ForeignMessageError";
}

/** Takes one message as far as it gets now. True when it has done its service and can be deleted. */
export async function handleMessage(context: WorkerContext, delivery: Delivery): Promise<boolean> {
  try {
    return await understand(context, delivery);
  } catch (error) {
    if (isDatabaseAway(error)) context.gates.close("database");
    throw error;
  }
}

async function understand(
  context: WorkerContext,
  { queue, message, stopping }: Delivery,
): Promise<boolean> {
  const { db, clock, logger } = context;
  const pointer = decodeMessage(message.Body);
  const keep = async (why: string) => {
    const raw = { queue, sqsMessageId: message.MessageId ?? "", body: message.Body ?? "" };
    await fileRawLetter(db, clock, raw, new ForeignMessageError(why));
    return true;
  };
  if (!pointer) return keep("This message is not one of ours");
  const sentAt = new Date(Number(message.Attributes?.SentTimestamp ?? 0));
  const claimed = await claim(context, pointer, sentAt);
  switch (claimed.kind) {
    case "stray":
      return keep("Its job is not in the ledger");
    case "over":
      logger.debug({ job: pointer.id, why: claimed.why }, "message without work");
      return true;
    case "dead":
      return redriveFromOutside(context, claimed.job);
    case "running-elsewhere":
      await hide(context, queue, message, Math.ceil(claimed.freeInMs / 1_000) + jitterSeconds());
      return false;
    case "claimed":
      checkpoint("claimed");
      return withLogContext({ job: pointer.id, trace: pointer.trace }, () =>
        attemptJob(context, claimed, {
          stopping,
          keepHidden: () => hide(context, queue, message, leaseSeconds),
        }),
      );
  }
}

/** Somebody sent the dead job's message again by SQS's own means: the desk's record has to say so. */
async function redriveFromOutside(context: WorkerContext, job: JobRow): Promise<boolean> {
  const letters = await findLettersOfJob(context.db, job.id);
  const open = letters.find(
    ({ state, generation }) => state === "open" && generation === job.generation,
  );
  if (open) await redrive(context, open, { reason: "Its message was sent again in SQS" });
  return true;
}

async function hide(
  { queues }: WorkerContext,
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
