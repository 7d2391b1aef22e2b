import {
  insertDeadLetter,
  type Database,
  type JobRow,
  type NewDeadLetter,
} from "@tendril/database";
import { messageOf, type Clock } from "@tendril/runtime";

import { fingerprint } from "./cause.ts";

/** Who files a letter: a worker, and the code that it runs. */
export type Filing = { clock: Clock; instanceId: string; release: { commit: string } };

/** The record of a job's death, for the transaction in which it dies. */
export async function fileLetter(
  tx: Database,
  filing: Filing,
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
    ...origin(filing),
  });
}

/** For a message that no job belongs to: kept as it came. */
export async function fileRawLetter(
  db: Database,
  filing: Filing,
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
    ...origin(filing),
  });
}

function origin({ clock, instanceId, release }: Filing) {
  return { worker: instanceId, workerRelease: release.commit, createdAt: clock.now() };
}

function describe(
  thrown: unknown,
): Pick<NewDeadLetter, "errorName" | "errorMessage" | "stack" | "cause"> {
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
