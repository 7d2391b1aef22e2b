import { setTimeout as delay } from "node:timers/promises";

import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import type { DeadQueueName, Queues } from "@tendril/jobs";
import { ConflictError, messageOf } from "@tendril/runtime";

import { orAway } from "./raw.ts";

export type Move = {
  moved: number;
  /** Null where SQS does not say. */
  toMove: number | null;
  state: "running" | "done" | "failed";
  why: string | null;
};

/**
 * Has SQS move everything in a dead-letter queue back to where it came from. It goes on there by itself, whatever
 * becomes of this process; `tell` hears how far it is, until the end.
 */
export async function moveBack(
  { sqs, url }: Queues,
  queue: DeadQueueName,
  {
    perSecond,
    tell,
    everyMs = 1_000,
  }: {
    /** 1 to 500; as fast as SQS likes, if not said. */
    perSecond: number | undefined;
    tell: (move: Move) => void;
    everyMs?: number;
  },
): Promise<Move> {
  const QueueUrl = await orAway(url(queue));
  const { Attributes } = await orAway(
    sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] })),
  );
  const SourceArn = Attributes?.QueueArn;
  try {
    const MaxNumberOfMessagesPerSecond = perSecond;
    await orAway(
      sqs.send(new StartMessageMoveTaskCommand({ SourceArn, MaxNumberOfMessagesPerSecond })),
    );
  } catch (error) {
    if (/already|active|in progress|RUNNING/i.test(messageOf(error)))
      throw new ConflictError(`A move out of ${queue} is under way already; wait for its end.`);
    throw error;
  }
  for (;;) {
    const { Results = [] } = await orAway(
      sqs.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 })),
    );
    const [task] = Results;
    const status = task?.Status;
    const move: Move = {
      moved: Number(task?.ApproximateNumberOfMessagesMoved ?? 0),
      toMove: task?.ApproximateNumberOfMessagesToMove ?? null,
      state: status === "COMPLETED" ? "done" : isRunning(status) ? "running" : "failed",
      why: task?.FailureReason ?? (status === "CANCELLED" ? "somebody cancelled it" : null),
    };
    tell(move);
    if (move.state !== "running") return move;
    await delay(everyMs);
  }
}

const isRunning = (status: string | undefined) => status === "RUNNING" || status === "CANCELLING";
