import { select, update, type Database } from "../database.ts";
import type { JobRow } from "./jobs.ts";

/** What a message is made of. */
export type DispatchableJob = Pick<
  JobRow,
  "id" | "generation" | "claims" | "name" | "version" | "queue" | "fairnessGroup" | "trace"
>;

const columns =
  "id, generation, claims, name, version, queue, fairness_group AS fairnessGroup, trace, dispatched_at AS dispatchedAt";

type Sent = Pick<JobRow, "id" | "claims">;

/** Only where it is not set yet: whoever sends a second time does not make a row look fresher than it is. */
export function markDispatched(db: Database, jobs: readonly Sent[], at: Date): Promise<void> {
  return mark(db, jobs, at, "dispatched_at IS NULL");
}

/** Their messages were lost, and they were sent again now: they wait anew. */
export function markSentAgain(db: Database, jobs: readonly Sent[], at: Date): Promise<void> {
  return mark(db, jobs, at, "state = 'queued'");
}

/**
 * Only while nobody has claimed the job or put it off: by now it may wait for its next attempt, which was not sent.
 */
async function mark(
  db: Database,
  jobs: readonly Sent[],
  at: Date,
  condition: string,
): Promise<void> {
  if (jobs.length === 0) return;
  const sql = `UPDATE jobs SET dispatched_at = :at
    WHERE id IN (:ids) AND (id, claims) IN (:sent) AND run_at <= :at AND ${condition}`;
  const ids = jobs.map(({ id }) => id);
  const sent = jobs.map(({ id, claims }) => [id, claims]);
  await update(db, sql, { ids, sent, at });
}

type Reservation = { now: Date; until: Date; limit: number };
type Reserved = DispatchableJob & Pick<JobRow, "dispatchedAt">;

/**
 * Takes rows in hand for one relay, so that the others pass over them. Call it in a transaction of its own:
 * no lock is held while they are sent. `until` says when others may try, should this relay die.
 */
async function reserve(tx: Database, where: string, values: Reservation & Record<string, unknown>) {
  const rows = await select<Reserved>(
    tx,
    `SELECT ${columns} FROM jobs WHERE ${where} AND (relay_after IS NULL OR relay_after < :now)
      LIMIT :limit FOR UPDATE SKIP LOCKED`,
    values,
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0) {
    await update(tx, "UPDATE jobs SET relay_after = :until WHERE id IN (:ids)", { ids, ...values });
  }
  return rows;
}

/**
 * Rows that should have been sent and were not: the process died, SQS was down, or their time has come.
 * New ones only when they are older than `olderThan`: a living process is about to send them itself.
 */
export function reserveUndispatched(
  tx: Database,
  reservation: Reservation & { olderThan: Date },
): Promise<Reserved[]> {
  const where = `state = 'queued' AND dispatched_at IS NULL AND run_at <= :now
    AND (created_at <= :olderThan OR claims > 0 OR run_at > created_at)`;
  return reserve(tx, where, reservation);
}

/** Rows whose worker has gone and whose message did not bring them back. */
export function reserveExpired(
  tx: Database,
  reservation: Reservation & { expiredBefore: Date },
): Promise<Reserved[]> {
  return reserve(tx, "state = 'running' AND lease_until < :expiredBefore", reservation);
}

/** Never claimed since. What is sent was due by then: that bounds the search where it looks by queue. */
const forgotten =
  "state = 'queued' AND queue = :queue AND dispatched_at < :sentBefore AND run_at < :sentBefore";

/** Rows of one queue that were sent before `sentBefore` and never claimed. */
export function reserveForgotten(
  tx: Database,
  reservation: Reservation & { queue: string; sentBefore: Date },
): Promise<Reserved[]> {
  return reserve(tx, forgotten, reservation);
}

/** Whether a queue has rows that were sent before that and never claimed. */
export async function hasForgotten(
  db: Database,
  which: { queue: string; sentBefore: Date },
): Promise<boolean> {
  const rows = await select(db, `SELECT id FROM jobs WHERE ${forgotten} LIMIT 1`, which);
  return rows.length > 0;
}

/** Its message is known to be gone: the relay sends another one. */
export async function requestDispatch(db: Database, id: string): Promise<void> {
  const sql = `UPDATE jobs SET dispatched_at = NULL, relay_after = NULL
    WHERE id = :id AND state = 'queued'`;
  await update(db, sql, { id });
}
