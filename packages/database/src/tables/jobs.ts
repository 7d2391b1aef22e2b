import { DataTypes, UniqueConstraintError, type Optional, type Sequelize } from "sequelize";

import { isAscii, plain, remove, select, type Database, type Table } from "../database.ts";

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
  /** While a job with this key waits, no second one is made. Given back at the claim. */
  dedupeKey: string | null;
  runAt: Date;
  /** When the message went out; beside the state, because the two change independently. */
  dispatchedAt: Date | null;
  state: JobState;
  /** Those that count: an attempt that was handed back did not happen. */
  attempts: number;
  /** Every claim there was; names an attempt, and only grows. */
  claims: number;
  /** The attempt before this one ended without a verdict: its worker died. */
  crashed: boolean;
  /** Who has it, or had it last, with which code, and since when. */
  worker: string | null;
  workerRelease: string | null;
  startedAt: Date | null;
  leaseUntil: Date | null;
  /** A relay has this row in hand until then. */
  relayAfter: Date | null;
  /** JSON: the attempts that did not succeed. */
  history: string;
  lastError: string | null;
  requestedBy: number | null;
  /** The request that this follows from, however far. */
  trace: string;
  /** The job that it follows from directly; null when that is the request itself. */
  parentId: string | null;
  createdAt: Date;
  finishedAt: Date | null;
};

type Initial =
  | "generation"
  | "dedupeKey"
  | "dispatchedAt"
  | "state"
  | "attempts"
  | "claims"
  | "crashed"
  | "worker"
  | "workerRelease"
  | "startedAt"
  | "parentId"
  | "leaseUntil"
  | "relayAfter"
  | "history"
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
    dedupeKey: DataTypes.STRING(120),
    runAt: { type: DataTypes.DATE(3), allowNull: false },
    dispatchedAt: DataTypes.DATE(3),
    state: { type: DataTypes.ENUM(...jobStates), allowNull: false, defaultValue: "queued" },
    attempts: { type: DataTypes.INTEGER.UNSIGNED, allowNull: false, defaultValue: 0 },
    claims: { type: DataTypes.INTEGER.UNSIGNED, allowNull: false, defaultValue: 0 },
    crashed: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
    worker: DataTypes.STRING(100),
    workerRelease: DataTypes.STRING(64),
    startedAt: DataTypes.DATE(3),
    leaseUntil: DataTypes.DATE(3),
    relayAfter: DataTypes.DATE(3),
    history: { type: DataTypes.TEXT("medium"), allowNull: false, defaultValue: "[]" },
    lastError: DataTypes.TEXT,
    requestedBy: DataTypes.BIGINT.UNSIGNED,
    trace: { type: DataTypes.STRING(64), allowNull: false },
    parentId: DataTypes.CHAR(36),
    createdAt: { type: DataTypes.DATE(3), allowNull: false, defaultValue: DataTypes.NOW },
    finishedAt: DataTypes.DATE(3),
  });
}

/** False when a job with the same dedupe key waits already. */
export async function insertJob(db: Database, job: NewJob): Promise<boolean> {
  try {
    await db.tables.jobs.create(job, { transaction: db.options.transaction ?? null });
    return true;
  } catch (error) {
    if (error instanceof UniqueConstraintError && job.dedupeKey) return false;
    throw error;
  }
}

/** Many in one statement; those whose dedupe key waits already are left out. Answers the ids of the others. */
export async function insertJobs(db: Database, jobs: readonly NewJob[]): Promise<string[]> {
  if (jobs.length === 0) return [];
  const transaction = db.options.transaction ?? null;
  await db.tables.jobs.bulkCreate([...jobs], { transaction, ignoreDuplicates: true });
  const sql = "SELECT id FROM jobs WHERE id IN (:ids)";
  const rows = await select<{ id: string }>(db, sql, { ids: jobs.map(({ id }) => id) });
  return rows.map(({ id }) => id);
}

export async function findJob(db: Database, id: string): Promise<JobRow | null> {
  if (!isAscii(id)) return null;
  const job = await db.tables.jobs.findByPk(id, db.options);
  return job && plain(job);
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

/** Rows that nobody can ask for any more. Dead ones stay as long as their letter is open; letters outlive them. */
export function purgeJobs(db: Database, finishedBefore: Date, limit: number): Promise<number> {
  const sql = `DELETE FROM jobs WHERE finished_at < :finishedBefore
      AND (state <> 'dead' OR NOT EXISTS (
        SELECT 1 FROM dead_letters l WHERE l.job_id = jobs.id AND l.state = 'open'))
    ORDER BY finished_at LIMIT :limit`;
  return remove(db, sql, { finishedBefore, limit });
}
