import {
  closeLetters,
  linkLetterToJob,
  lockJobs,
  lockLetters,
  reviveJobs,
  transaction,
  type Database,
  type DeadLetterRow,
  type JobRow,
  type LetterState,
} from "@tendril/database";
import { timeOrderedId, type Clock } from "@tendril/runtime";

import { decodePayload, isJobName, type JobName } from "./catalogue.ts";
import type { Outbox } from "./outbox.ts";
import { takeUp } from "./take-up.ts";

type Parts = { outbox: Outbox; clock: Clock };

type SendBackOptions = {
  reason: string;
  /** Somebody wants the job done after all. */
  evenDropped?: boolean;
};

/** Why a letter stays as it is: it is not open any more; it has no job; its job is not the one that died. */
export type LeftOpen = { id: number; why: "closed" | "no job" | "out of step" };

/** The job as it was sent: of a letter without a job it is a new one. */
export type SentBack = { letter: DeadLetterRow; jobId: string; generation: number };

/**
 * Sends dead jobs back, in the caller's transaction: letters redriven, and the same rows in their next generation,
 * with the payload that an operator gave them. A message without a job becomes one if it was edited into one.
 */
export async function sendBack(
  tx: Database,
  { outbox, clock }: Parts,
  ids: readonly number[],
  { reason, evenDropped = false }: SendBackOptions,
): Promise<{ sent: SentBack[]; left: LeftOpen[] }> {
  const at = clock.now();
  const from: readonly LetterState[] = evenDropped ? ["open", "dropped"] : ["open"];
  const letters = await lockLetters(tx, ids);
  const jobs = new Map(
    (
      await lockJobs(
        tx,
        letters.flatMap(({ jobId }) => jobId ?? []),
      )
    ).map((job) => [job.id, job]),
  );
  const left: LeftOpen[] = [];
  const sent: SentBack[] = [];
  const revived: { job: JobRow; payload: string | null }[] = [];
  for (const letter of letters) {
    const { id, jobId, generation } = letter;
    const job = jobs.get(jobId ?? "");
    if (!from.includes(letter.state)) left.push({ id, why: "closed" });
    else if (isBecomingJob(letter)) sent.push(await enqueueAsJob(tx, outbox, letter));
    else if (!job) left.push({ id, why: "no job" });
    else if (job.state !== "dead" || job.generation !== generation)
      left.push({ id, why: "out of step" });
    else {
      revived.push({ job, payload: letter.editedPayload });
      sent.push({ letter, jobId: job.id, generation: job.generation + 1 });
    }
  }
  await closeLetters(
    tx,
    sent.map(({ letter }) => letter.id),
    { state: "redriven", reason, at },
  );
  await reviveJobs(
    tx,
    revived.map(({ job, payload }) => ({ id: job.id, payload })),
    at,
  );
  for (const { job, payload } of revived) {
    await takeUp(tx, job.name, payload ?? job.payload);
    outbox.sendAgain(tx, { ...job, generation: job.generation + 1 });
  }
  return { sent, left };
}

type BecomingJob = DeadLetterRow & { name: JobName; editedPayload: string };

function isBecomingJob(letter: DeadLetterRow): letter is BecomingJob {
  const { jobId, name, editedPayload } = letter;
  return jobId === null && name !== null && isJobName(name) && editedPayload !== null;
}

async function enqueueAsJob(tx: Database, outbox: Outbox, letter: BecomingJob): Promise<SentBack> {
  const { id, name, editedPayload, requestedBy } = letter;
  const jobId = await outbox.enqueue(tx, name, decodePayload(name, editedPayload), {
    fairnessGroup: requestedBy === null ? "operators" : `user-${requestedBy}`,
    trace: letter.trace ?? timeOrderedId(),
    ...(requestedBy !== null && { requestedBy }),
  });
  if (jobId === null) throw new Error(`Letter ${id} could not become a job`);
  await linkLetterToJob(tx, id, jobId);
  return { letter, jobId, generation: 0 };
}

/**
 * Sends one dead job back in a transaction of its own. False when the letter is not open any more, or has no job.
 */
export async function redrive(
  parts: Parts & { db: Database },
  { id, jobId }: Pick<DeadLetterRow, "id" | "jobId">,
  options: SendBackOptions,
): Promise<boolean> {
  const { left } = await transaction(parts.db, (tx) => sendBack(tx, parts, [id], options));
  if (left[0]?.why === "out of step")
    throw new Error(`Job ${jobId} is not dead in its letter's generation: they are out of step`);
  return left.length === 0;
}
