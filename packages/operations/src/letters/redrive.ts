import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { closeLetters, lockLetters, transaction, type Database } from "@tendril/database";
import {
  mailEvents,
  queueNames,
  sendBack,
  type LeftOpen,
  type Queues,
  type SentBack,
} from "@tendril/jobs";

import { recordActions, stoppedClock, type Action } from "../actions.ts";
import type { OperationsContext, Operator } from "../context.ts";
import { orAway } from "../queues/raw.ts";

/** What sending back needs; the queues are for messages that belong to no job. */
type Parts = Pick<OperationsContext, "db" | "outbox" | "clock">;

export type Redriven = { id: number; jobId: string | null; generation: number | null };

export type RedriveResult = {
  sent: Redriven[];
  /** Letters that are as they were, and why. */
  left: { id: number; why: string }[];
};

const words: Record<LeftOpen["why"], string> = {
  closed: "it is not open any more",
  "no job": "it has no job",
  "out of step": "its job is not the one that died: it runs or has run since",
};

/**
 * Sends these letters back at once, each in a transaction of its own with its record. The bytes of a message that
 * belongs to no job go to the queue that they came from, as they were.
 */
export async function redriveLetters(
  context: Parts & { queues: Queues },
  operator: Operator,
  ids: readonly number[],
  reason: string,
): Promise<RedriveResult> {
  const all: RedriveResult = { sent: [], left: [] };
  for (const id of new Set(ids)) {
    const { sent, left } = await transaction(context.db, async (tx) => {
      const result = await sendBackOnRecord(tx, context, operator, [id], reason);
      if (result.sent.length > 0 || result.left.length > 0) return result;
      return { sent: [], left: [{ id, why: "there is no such letter" }] };
    });
    const raw =
      left[0]?.why === words["no job"] && (await sendBytesBack(context, operator, id, reason));
    all.sent.push(...sent, ...(raw ? [{ id, jobId: null, generation: null }] : []));
    if (!raw) all.left.push(...left);
  }
  return all;
}

/** In the caller's transaction, with the record of it. */
export async function sendBackOnRecord(
  tx: Database,
  context: Pick<Parts, "outbox" | "clock">,
  operator: Operator,
  ids: readonly number[],
  reason: string,
): Promise<RedriveResult> {
  const clock = stoppedClock(context.clock);
  const { sent, left } = await sendBack(tx, { ...context, clock }, ids, { reason });
  await recordActions(
    tx,
    clock,
    operator,
    sent.map((each) => actionOf(each, reason)),
  );
  return {
    sent: sent.map(({ letter, jobId, generation }) => ({ id: letter.id, jobId, generation })),
    left: left.map(({ id, why }) => ({ id, why: words[why] })),
  };
}

function actionOf({ letter, jobId, generation }: SentBack, reason: string): Action {
  const { payload, editedPayload } = letter;
  return {
    action: "dead redrive",
    subject: { kind: "letter", id: String(letter.id) },
    reason,
    before: { state: letter.state, ...(editedPayload !== null && { payload }) },
    after: {
      state: "redriven",
      jobId,
      generation,
      ...(editedPayload !== null && { payload: editedPayload }),
    },
  };
}

const sources = [...queueNames, mailEvents] as const;

/**
 * Sent before it is committed: should the commit fail, the message comes twice, which nobody who cannot read it
 * minds. The other way round it could be gone. False when it is not such a letter, or not open any more.
 */
async function sendBytesBack(
  { db, queues, ...context }: Parts & { queues: Queues },
  operator: Operator,
  id: number,
  reason: string,
): Promise<boolean> {
  const clock = stoppedClock(context.clock);
  return transaction(db, async (tx) => {
    const [letter] = await lockLetters(tx, [id]);
    if (letter?.state !== "open" || letter.rawMessage === null) return false;
    const from = letter.queue.replace(/-dead$/, "");
    const queue = sources.find((name) => name === from);
    if (!queue) return false;
    await closeLetters(tx, [id], { state: "redriven", reason, at: clock.now() });
    const after = { state: "redriven", queue };
    const subject = { kind: "letter" as const, id: String(id) };
    const before = { state: letter.state };
    await recordActions(tx, clock, operator, [
      { action: "dead redrive", subject, reason, before, after },
    ]);
    const MessageBody = letter.rawMessage.toString();
    const QueueUrl = await orAway(queues.url(queue));
    await orAway(queues.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody })));
    return true;
  });
}
