import {
  claimJob,
  extendLease,
  findJob,
  finishJob,
  postponeJob,
  requeueJob,
  transaction,
  type Attempt,
  type Database,
  type JobRow,
} from "@tendril/database";
import { AppError, hours, messageOf, minutes, seconds, type Clock } from "@tendril/runtime";

import { backoffMs, catalogue, isJobName, type JobName } from "./catalogue.ts";
import { fileLetter } from "./dead-letters.ts";
import { addToHistory, readHistory } from "./history.ts";
import type { JobMessage } from "./message.ts";

/** Lease and SQS visibility have one length and one heartbeat. */
export const leaseSeconds = 30;
export const heartbeatMs = seconds(10);

/** How often a job that no worker here can do is offered again, and for how long. */
const postponeMs = minutes(1);
const patienceMs = hours(24);

/** Characters of an error that a row keeps: what does not fit would leave the job without a verdict, for ever. */
const longestError = 10_000;

/** Whose ledger it is, by which clock, and which code works with it. */
export type Ledger = {
  db: Database;
  clock: Clock;
  instanceId: string;
  release: { commit: string };
};

/** This attempt is ours. */
export type Claimed = { kind: "claimed"; attempt: Attempt; name: JobName; job: JobRow };

/** What a message turns out to mean. */
export type Claim =
  | Claimed
  /** Its message must stay: should that worker die, it is what brings the job back. */
  | { kind: "running-elsewhere"; freeInMs: number }
  /** Somebody sent a message for a dead job after its death: it wants to be redriven. */
  | { kind: "dead"; job: JobRow }
  /** Its job is not in the ledger: rows outlive messages, so this should not be. */
  | { kind: "stray" }
  /** Nothing is left to do for this message. */
  | { kind: "over"; why: string };

/** `sentAt` is when SQS took the message in. */
export async function claim(ledger: Ledger, message: JobMessage, sentAt: Date): Promise<Claim> {
  const { db, clock } = ledger;
  const now = clock.now();
  if (!isJobName(message.name) || catalogue[message.name].version < message.version) {
    return postpone(ledger, message);
  }
  const leaseUntil = new Date(now.getTime() + seconds(leaseSeconds));
  const worker = { worker: ledger.instanceId, release: ledger.release.commit };
  const ours = await claimJob(db, message, { now, leaseUntil, ...worker });
  const job = await findJob(db, message.id);
  if (!job) return { kind: "stray" };
  if (ours) {
    const { id, generation, claims } = job;
    return { kind: "claimed", attempt: { id, generation, claims }, name: message.name, job };
  }
  if (job.generation !== message.generation) return { kind: "over", why: "older generation" };
  if (job.state === "dead" && job.finishedAt && sentAt > job.finishedAt && !isOurs(job, sentAt))
    return { kind: "dead", job };
  if (job.state !== "running") return { kind: "over", why: job.state };
  return {
    kind: "running-elsewhere",
    freeInMs: Math.max(0, Number(job.leaseUntil) - now.getTime()),
  };
}

/** A relay had the row in hand at that time, as the job died: nobody has asked for it to be redriven. */
function isOurs({ relayAfter }: JobRow, sentAt: Date): boolean {
  return relayAfter !== null && sentAt <= relayAfter;
}

/** Another release may know it. When none does for a day, people have to look. */
async function postpone(ledger: Ledger, message: JobMessage): Promise<Claim> {
  const { db, clock } = ledger;
  const job = await findJob(db, message.id);
  if (!job || job.state !== "queued" || job.generation !== message.generation) {
    return { kind: "over", why: "not waiting" };
  }
  const now = clock.now();
  const error = new Error(`No worker knows ${message.name} in version ${message.version}`);
  const { history, since } = noteUnknown(ledger, job, error);
  if (now.getTime() - since.getTime() < patienceMs) {
    const runAt = new Date(now.getTime() + postponeMs);
    await postponeJob(db, job, { runAt, error: error.message, history });
    return { kind: "over", why: "postponed" };
  }
  await transaction(db, async (tx) => {
    const leaseUntil = now;
    if (!(await claimJob(tx, job, { now, leaseUntil, worker: "nobody", release: "none" }))) return;
    const attempt = { id: job.id, generation: job.generation, claims: job.claims + 1 };
    await finishJob(tx, attempt, { state: "dead", at: now, error: error.message, history });
    await fileLetter(tx, ledger, { ...job, history }, error);
  });
  return { kind: "over", why: "given up" };
}

/** Its age says nothing: it may have waited for other reasons, or been sent back by people. */
function noteUnknown({ clock, instanceId }: Ledger, { history, attempts }: JobRow, error: Error) {
  const last = readHistory(history).at(-1);
  if (last?.outcome === "unknown") return { history, since: new Date(last.at) };
  const noted = { attempt: attempts, worker: instanceId, outcome: "unknown" as const, error };
  return { history: addToHistory(history, clock, noted), since: clock.now() };
}

export function heartbeat({ db, clock }: Ledger, attempt: Attempt): Promise<boolean> {
  return extendLease(db, attempt, new Date(clock.now().getTime() + seconds(leaseSeconds)));
}

/** Somebody else has this job now: whatever this attempt did in the database is rolled back. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

export type Effects = (tx: Database) => Promise<void>;

/** Effects in the database and the job's end commit together, and only while the attempt is still the current one. */
export async function finish(
  { db, clock }: Ledger,
  attempt: Attempt,
  { state, effects }: { state: "done" | "skipped"; effects?: Effects | undefined },
): Promise<void> {
  const end = { state, at: clock.now(), error: null };
  if (!effects) return void demandOurs(attempt, await finishJob(db, attempt, end));
  await transaction(db, async (tx) => {
    await effects(tx);
    demandOurs(attempt, await finishJob(tx, attempt, end));
  });
}

function demandOurs({ id, claims }: Attempt, ours: boolean): void {
  if (!ours) throw new LeaseLostError(`Claim ${claims} of job ${id} was overtaken`);
}

/** The job's death, its letter and what both mean for others are one transaction. */
export async function giveUp(
  ledger: Ledger,
  { attempt, job }: Claimed,
  thrown: unknown,
  effects?: Effects,
): Promise<void> {
  const { db, clock } = ledger;
  const history = noteAttempt(ledger, job, "failed", thrown);
  await transaction(db, async (tx) => {
    await effects?.(tx);
    const end = {
      state: "dead" as const,
      at: clock.now(),
      error: messageOf(thrown).slice(0, longestError),
      history,
    };
    demandOurs(attempt, await finishJob(tx, attempt, end));
    await fileLetter(tx, ledger, { ...job, history }, thrown);
  });
}

/** One way to try again: through the outbox, after a while; later when the error asks for that. */
export async function retryLater(ledger: Ledger, claimed: Claimed, thrown: unknown): Promise<void> {
  const asked = thrown instanceof AppError ? seconds(thrown.retryAfter ?? 0) : 0;
  const afterMs = Math.max(asked, backoffMs(catalogue[claimed.name], claimed.job.attempts));
  await requeue(ledger, claimed, { thrown, afterMs, charged: true });
}

/** The attempt does not count: it was not the job's fault. */
export async function handBack(
  ledger: Ledger,
  claimed: Claimed,
  { thrown, afterMs }: { thrown: unknown; afterMs: number },
): Promise<void> {
  await requeue(ledger, claimed, { thrown, afterMs, charged: false });
}

async function requeue(
  ledger: Ledger,
  { attempt, job }: Claimed,
  { thrown, afterMs, charged }: { thrown: unknown; afterMs: number; charged: boolean },
): Promise<void> {
  const { db, clock } = ledger;
  const history = noteAttempt(ledger, job, charged ? "failed" : "handed back", thrown);
  const runAt = new Date(clock.now().getTime() + afterMs);
  const again = { runAt, error: messageOf(thrown).slice(0, longestError), charged, history };
  demandOurs(attempt, await requeueJob(db, attempt, again));
}

/** What this worker's attempt came to. */
function noteAttempt(
  { clock, instanceId, release }: Ledger,
  { history, attempts, runAt, dispatchedAt, startedAt }: JobRow,
  outcome: "failed" | "handed back",
  error: unknown,
): string {
  return addToHistory(history, clock, {
    attempt: attempts,
    worker: instanceId,
    release: release.commit,
    dueAt: runAt.toISOString(),
    sentAt: dispatchedAt?.toISOString(),
    startedAt: startedAt?.toISOString(),
    outcome,
    error,
  });
}
