import { DataTypes, type Optional, type Sequelize } from "sequelize";

import { plain, select, update, type Database, type Table } from "../database.ts";

export const jobStates = ["queued", "running", "done", "skipped", "dead"] as const;
export type JobState = (typeof jobStates)[number];

export type JobRow = {
  /** UUIDv7. */
  id: string;
  /** Counts redrives; a message of an older generation is worth nothing. */
  generation: number;
  name: string;
  version: number;
  queue: string;
  /** JSON, checked against the job's schema when it is written and again when it is read. */
  payload: string;
  /** Fair queues take turns between groups: the person whom the work is for. */
  fairnessGroup: string;
  runAt: Date;
  /** When the message went out; beside the state, because the two change independently. */
  dispatchedAt: Date | null;
  state: JobState;
  attempts: number;
  leaseUntil: Date | null;
  lastError: string | null;
  requestedBy: number | null;
  /** The request that this follows from. */
  trace: string;
  createdAt: Date;
  finishedAt: Date | null;
};

type Initial =
  | "generation"
  | "dispatchedAt"
  | "state"
  | "attempts"
  | "leaseUntil"
  | "lastError"
  | "finishedAt"
  | "createdAt";
export type NewJob = Optional<JobRow, Initial>;

export function defineJobs(sequelize: Sequelize): Table<JobRow, NewJob> {
  return sequelize.define("jobs", {
    id: { type: DataTypes.CHAR(36), primaryKey: true },
    generation: { type: DataTypes.INTEGER.UNSIGNED, allowNull: false, defaultValue: 0 },
    name: { type: DataTypes.STRING(60), allowNull: false },
    version: { type: DataTypes.INTEGER.UNSIGNED, allowNull: false },
    queue: { type: DataTypes.STRING(20), allowNull: false },
    payload: { type: DataTypes.TEXT("medium"), allowNull: false },
    fairnessGroup: { type: DataTypes.STRING(64), allowNull: false },
    runAt: { type: DataTypes.DATE(3), allowNull: false },
    dispatchedAt: DataTypes.DATE(3),
    state: { type: DataTypes.ENUM(...jobStates), allowNull: false, defaultValue: "queued" },
    attempts: { type: DataTypes.INTEGER.UNSIGNED, allowNull: false, defaultValue: 0 },
    leaseUntil: DataTypes.DATE(3),
    lastError: DataTypes.TEXT,
    requestedBy: DataTypes.BIGINT.UNSIGNED,
    trace: { type: DataTypes.STRING(64), allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false, defaultValue: DataTypes.NOW },
    finishedAt: DataTypes.DATE(3),
  });
}

export async function insertJob(db: Database, job: NewJob): Promise<void> {
  await db.tables.jobs.create(job, { transaction: db.options.transaction ?? null });
}

export async function findJob(db: Database, id: string): Promise<JobRow | null> {
  const job = await db.tables.jobs.findByPk(id, db.options);
  return job && plain(job);
}

/** What a message is made of. */
export type DispatchableJob = Pick<
  JobRow,
  "id" | "generation" | "name" | "version" | "queue" | "fairnessGroup" | "trace"
>;

/**
 * Rows that should have been sent and were not: the process died, SQS was down, or their time has come.
 * Only those older than `olderThan`, so that the relay does not race the dispatcher of a living process.
 */
export function findUndispatchedJobs(
  db: Database,
  { now, olderThan, limit }: { now: Date; olderThan: Date; limit: number },
): Promise<DispatchableJob[]> {
  return select<DispatchableJob>(
    db,
    `SELECT id, generation, name, version, queue, fairness_group AS fairnessGroup, trace FROM jobs
      WHERE state = 'queued' AND dispatched_at IS NULL AND run_at <= :now
        AND (created_at <= :olderThan OR attempts > 0)
      ORDER BY run_at LIMIT :limit`,
    { now, olderThan, limit },
  );
}

/** Only where it is not set yet: two relays may have sent the same row, which costs nothing. */
export async function markDispatched(
  db: Database,
  ids: readonly string[],
  at: Date,
): Promise<void> {
  if (ids.length === 0) return;
  const sql = "UPDATE jobs SET dispatched_at = :at WHERE id IN (:ids) AND dispatched_at IS NULL";
  await update(db, sql, { ids, at });
}

/** Queued, or running with a lease that ran out (its worker died): ours now. False when somebody was faster. */
export async function claimJob(
  db: Database,
  job: Pick<JobRow, "id" | "generation">,
  { now, leaseUntil }: { now: Date; leaseUntil: Date },
): Promise<boolean> {
  const sql = `UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_until = :leaseUntil,
                  dispatched_at = COALESCE(dispatched_at, :now)
                WHERE id = :id AND generation = :generation
                  AND (state = 'queued' OR (state = 'running' AND lease_until < :now))`;
  return (await update(db, sql, { ...job, now, leaseUntil })) === 1;
}

/** Names one attempt at a job. Changes are made on condition that it is still the current one (fencing). */
export type Attempt = { id: string; generation: number; attempts: number };

const stillOurs =
  "WHERE id = :id AND generation = :generation AND attempts = :attempts AND state = 'running'";

export async function extendLease(
  db: Database,
  attempt: Attempt,
  leaseUntil: Date,
): Promise<boolean> {
  return (
    (await update(db, `UPDATE jobs SET lease_until = :leaseUntil ${stillOurs}`, {
      ...attempt,
      leaseUntil,
    })) === 1
  );
}

export async function finishJob(
  db: Database,
  attempt: Attempt,
  end: { state: "done" | "skipped" | "dead"; at: Date; error: string | null },
): Promise<boolean> {
  const sql = `UPDATE jobs SET state = :state, finished_at = :at, last_error = :error, lease_until = NULL ${stillOurs}`;
  return (await update(db, sql, { ...attempt, ...end })) === 1;
}

/** Back to the outbox, to be sent again at `runAt`. `attempts` is what will be on record. */
export async function requeueJob(
  db: Database,
  attempt: Attempt,
  again: { runAt: Date; error: string; charged: boolean },
): Promise<boolean> {
  const sql = `UPDATE jobs SET state = 'queued', dispatched_at = NULL, run_at = :runAt, last_error = :error,
                  lease_until = NULL, attempts = attempts - :uncharged ${stillOurs}`;
  const { runAt, error, charged } = again;
  return (await update(db, sql, { ...attempt, runAt, error, uncharged: charged ? 0 : 1 })) === 1;
}

/** Everything that still has work to do, for tests and operators. */
export function findUnfinishedJobs(
  db: Database,
): Promise<Pick<JobRow, "id" | "name" | "state" | "attempts" | "lastError">[]> {
  return select(
    db,
    `SELECT id, name, state, attempts, last_error AS lastError FROM jobs
      WHERE state IN ('queued', 'running') ORDER BY id LIMIT 1000`,
  );
}
