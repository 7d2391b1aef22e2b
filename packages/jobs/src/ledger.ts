import {
  claimJob,
  extendLease,
  findJob,
  finishJob,
  requeueJob,
  transaction,
  type Attempt,
  type Database,
  type JobRow,
} from "@tendril/database";
import { seconds, type Clock } from "@tendril/runtime";

import { backoffMs, catalogue, isJobName, type JobName } from "./catalogue.ts";
import type { JobMessage } from "./message.ts";

/** Lease and SQS visibility have one length and one heartbeat. */
export const leaseSeconds = 30;
export const heartbeatMs = seconds(10);

/** This attempt is ours. */
export type Claimed = { kind: "claimed"; attempt: Attempt; name: JobName; job: JobRow };

/** What a message turns out to mean. */
export type Claim =
  | Claimed
  /** Its message must stay: should that worker die, it is what brings the job back. */
  | { kind: "running-elsewhere"; freeInSeconds: number }
  /** Nothing is left to do for this message. */
  | { kind: "over"; why: "unknown row" | "finished" | "older generation" }
  /** This worker does not know the job, or not in this version; another one may. */
  | { kind: "not-for-this-worker" };

export async function claim(db: Database, clock: Clock, message: JobMessage): Promise<Claim> {
  const now = clock.now();
  const leaseUntil = new Date(now.getTime() + seconds(leaseSeconds));
  if (!isJobName(message.name) || catalogue[message.name].version < message.version) {
    return { kind: "not-for-this-worker" };
  }
  const ours = await claimJob(db, message, { now, leaseUntil });
  const job = await findJob(db, message.id);
  if (!job) return { kind: "over", why: "unknown row" };
  if (ours) {
    const { id, generation, attempts } = job;
    return { kind: "claimed", attempt: { id, generation, attempts }, name: message.name, job };
  }
  if (job.generation !== message.generation) return { kind: "over", why: "older generation" };
  if (job.state !== "running") return { kind: "over", why: "finished" };
  const rest = (job.leaseUntil ?? now).getTime() - now.getTime();
  return { kind: "running-elsewhere", freeInSeconds: Math.max(1, Math.ceil(rest / 1_000)) };
}

export function heartbeat(db: Database, clock: Clock, attempt: Attempt): Promise<boolean> {
  return extendLease(db, attempt, new Date(clock.now().getTime() + seconds(leaseSeconds)));
}

/** Somebody else has this job now: whatever this attempt did in the database is rolled back. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

export type Effects = (tx: Database) => Promise<void>;

/** Effects in the database and the job's end commit together, and only while the attempt is still the current one. */
export async function finish(
  db: Database,
  clock: Clock,
  attempt: Attempt,
  end: { state: "done" | "skipped" | "dead"; error?: string; effects?: Effects | undefined },
): Promise<void> {
  await transaction(db, async (tx) => {
    await end.effects?.(tx);
    const finished = await finishJob(tx, attempt, {
      state: end.state,
      at: clock.now(),
      error: end.error ?? null,
    });
    if (!finished)
      throw new LeaseLostError(`Attempt ${attempt.attempts} at job ${attempt.id} was overtaken`);
  });
}

/** One way to try again: through the outbox, after a while. */
export async function retryLater(
  db: Database,
  clock: Clock,
  attempt: Attempt,
  name: JobName,
  error: string,
): Promise<void> {
  const runAt = new Date(clock.now().getTime() + backoffMs(catalogue[name], attempt.attempts));
  await requeueJob(db, attempt, { runAt, error, charged: true });
}

/** The attempt does not count: it was not the job's fault. */
export async function handBack(
  db: Database,
  clock: Clock,
  attempt: Attempt,
  { error, afterMs }: { error: string; afterMs: number },
): Promise<void> {
  const runAt = new Date(clock.now().getTime() + afterMs);
  await requeueJob(db, attempt, { runAt, error, charged: false });
}
