import {
  closeDeadLetter,
  findJob,
  insertDeadLetter,
  reviveJob,
  transaction,
  type Database,
  type DeadLetterRow,
  type JobRow,
  type LetterState,
} from "@tendril/database";
import { messageOf, type Clock } from "@tendril/runtime";

import { fingerprint } from "./cause.ts";
import type { Dispatcher } from "./dispatcher.ts";

/** The record of a job's death, for the transaction in which it dies. */
export async function fileLetter(
  tx: Database,
  clock: Clock,
  job: JobRow,
  thrown: unknown,
): Promise<void> {
  await insertDeadLetter(tx, {
    jobId: job.id,
    generation: job.generation,
    sqsMessageId: null,
    queue: job.queue,
    name: job.name,
    payload: job.payload,
    rawMessage: null,
    ...describe(thrown),
    attempts: job.history,
    trace: job.trace,
    requestedBy: job.requestedBy,
    createdAt: clock.now(),
  });
}

/** For a message that no job belongs to: kept as it came. */
export async function fileRawLetter(
  db: Database,
  clock: Clock,
  message: { queue: string; sqsMessageId: string; body: string },
  thrown: unknown,
): Promise<void> {
  await insertDeadLetter(db, {
    jobId: null,
    generation: null,
    sqsMessageId: message.sqsMessageId,
    queue: message.queue,
    name: null,
    payload: null,
    rawMessage: Buffer.from(message.body),
    ...describe(thrown),
    attempts: "[]",
    trace: null,
    requestedBy: null,
    createdAt: clock.now(),
  });
}

function describe(thrown: unknown) {
  const message = messageOf(thrown);
  const error =
    thrown instanceof Error ? thrown : { name: "NotAnError", message, stack: undefined };
  return {
    errorName: error.name.slice(0, 100),
    errorMessage: message.slice(0, 10_000),
    stack: error.stack?.slice(0, 15_000) ?? null,
    cause: fingerprint({ name: error.name, message, stack: error.stack }),
  };
}

type Redrive = {
  reason: string;
  payload?: string;
  /** Somebody wants the job done after all. */
  evenDropped?: boolean;
};

/**
 * Sends a dead job back: letter redriven and the same row in its next generation, in one transaction.
 * False when the letter is not open any more, or has no job.
 */
export async function redrive(
  { db, dispatcher, clock }: { db: Database; dispatcher: Dispatcher; clock: Clock },
  letter: DeadLetterRow,
  { reason, payload, evenDropped = false }: Redrive,
): Promise<boolean> {
  const { jobId, generation } = letter;
  if (jobId === null || generation === null) return false;
  return transaction(db, async (tx) => {
    const at = clock.now();
    const job = await findJob(tx, jobId);
    const end = { state: "redriven" as const, reason, at };
    const from: LetterState[] = evenDropped ? ["open", "dropped"] : ["open"];
    if (!job || !(await closeDeadLetter(tx, letter.id, end, from))) return false;
    const again = { runAt: at, ...(payload !== undefined && { payload }) };
    if (!(await reviveJob(tx, { id: jobId, generation }, again))) {
      throw new Error(
        `Job ${jobId} is not dead in generation ${generation}: its letter is out of step`,
      );
    }
    tx.afterCommit?.(() => dispatcher.offer({ ...job, generation: generation + 1 }));
    return true;
  });
}
