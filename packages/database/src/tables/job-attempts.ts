import { update, type Database } from "../database.ts";
import type { JobRow } from "./jobs.ts";

/** Names one attempt at a job. Changes are made on condition that it is still the current one (fencing). */
export type Attempt = { id: string; generation: number; claims: number };

const stillOurs =
  "WHERE id = :id AND generation = :generation AND claims = :claims AND state = 'running'";

const iso = "%Y-%m-%dT%T.%fZ";

/** The clocks of two instances differ by less. */
const clocksDifferMs = 1_000;

/**
 * Queued, or running with a lease that ran out (its worker died): ours now. False when somebody was faster, and
 * when it waits in the outbox for its next attempt: then this message is a double of the one before.
 */
export async function claimJob(
  db: Database,
  job: Pick<JobRow, "id" | "generation">,
  {
    now,
    leaseUntil,
    worker,
    release,
  }: { now: Date; leaseUntil: Date; worker: string; release: string },
): Promise<boolean> {
  // What looks back comes first: assignments see what those to their left have done.
  const sql = `UPDATE jobs SET history = IF(state = 'running', JSON_ARRAY_APPEND(history, '$', JSON_OBJECT(
        'attempt', attempts, 'worker', worker, 'release', worker_release, 'outcome', 'crashed',
        'dueAt', DATE_FORMAT(run_at, :iso), 'sentAt', DATE_FORMAT(dispatched_at, :iso),
        'startedAt', DATE_FORMAT(started_at, :iso), 'at', :noticed,
        'error', 'Its worker ended without a verdict')), history),
      crashed = (state = 'running'), state = 'running', attempts = attempts + 1,
      claims = claims + 1, worker = :worker, worker_release = :release, started_at = :now,
      lease_until = :leaseUntil, dedupe_key = NULL,
      dispatched_at = COALESCE(dispatched_at, :now)
    WHERE id = :id AND generation = :generation
      AND ((state = 'queued' AND (claims = 0 OR dispatched_at IS NOT NULL OR run_at <= :soon))
        OR (state = 'running' AND lease_until < :now))`;
  const noticed = now.toISOString();
  const soon = new Date(now.getTime() + clocksDifferMs);
  return (
    (await update(db, sql, { ...job, now, leaseUntil, worker, release, noticed, soon, iso })) === 1
  );
}

export async function extendLease(
  db: Database,
  attempt: Attempt,
  leaseUntil: Date,
): Promise<boolean> {
  const sql = `UPDATE jobs SET lease_until = :leaseUntil ${stillOurs}`;
  return (await update(db, sql, { ...attempt, leaseUntil })) === 1;
}

export async function finishJob(
  db: Database,
  attempt: Attempt,
  end: { state: "done" | "skipped" | "dead"; at: Date; error: string | null; history?: string },
): Promise<boolean> {
  const sql = `UPDATE jobs SET state = :state, finished_at = :at, last_error = :error, lease_until = NULL,
      history = COALESCE(:history, history) ${stillOurs}`;
  return (await update(db, sql, { ...attempt, history: null, ...end })) === 1;
}

/** Back to the outbox, to be sent at `runAt`. An attempt that is not charged counts as if it had not been. */
export async function requeueJob(
  db: Database,
  attempt: Attempt,
  again: { runAt: Date; error: string; charged: boolean; history: string },
): Promise<boolean> {
  const sql = `UPDATE jobs SET state = 'queued', dispatched_at = NULL, relay_after = NULL, run_at = :runAt,
      last_error = :error, history = :history, lease_until = NULL, attempts = attempts - :uncharged ${stillOurs}`;
  const { charged, ...values } = again;
  return (await update(db, sql, { ...attempt, ...values, uncharged: charged ? 0 : 1 })) === 1;
}

/** For a job that this worker cannot do: it waits for another one, in the outbox. */
export async function postponeJob(
  db: Database,
  job: Pick<JobRow, "id" | "generation">,
  again: { runAt: Date; error: string; history: string },
): Promise<boolean> {
  const sql = `UPDATE jobs SET dispatched_at = NULL, relay_after = NULL, run_at = :runAt,
      last_error = :error, history = :history
    WHERE id = :id AND generation = :generation AND state = 'queued'`;
  return (await update(db, sql, { ...job, ...again })) === 1;
}
