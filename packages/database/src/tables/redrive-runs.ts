import { DataTypes, type Optional, type Sequelize } from "sequelize";

import { insert, plain, select, update, type Database, type Table } from "../database.ts";
import type { JobState } from "./jobs.ts";

/** Many letters that are sent back one after the other. */
export type RedriveRunRow = {
  id: number;
  /** JSON: which letters; of those that had been filed when it began. */
  filter: string;
  upToId: number;
  /** Those up to this one have had their turn. */
  afterId: number;
  /** How many letters it meant when it began. */
  planned: number;
  /** So many go first, and the others once all of them have come to a good end. */
  canary: number;
  /** Letters a second; null: as fast as it goes. */
  rate: number | null;
  phase: "canary" | "sending";
  state: "running" | "stopped" | "done";
  /** Of canaries: after one that failed, the next may be tried. */
  round: number;
  /** Each of its jobs is for one step; one of an earlier step has nothing to do. */
  step: number;
  steppedAt: Date;
  sent: number;
  /** Letters that could not be sent: they are as they were. */
  leftOpen: number;
  /** Why it stopped. */
  outcome: string | null;
  operatorId: number | null;
  operator: string;
  reason: string;
  createdAt: Date;
  endedAt: Date | null;
};

type Later =
  | "id"
  | "afterId"
  | "state"
  | "round"
  | "step"
  | "sent"
  | "leftOpen"
  | "outcome"
  | "endedAt";
export type NewRedriveRun = Optional<RedriveRunRow, Later>;

/** Characters that the columns hold. */
const longest = { outcome: 500, operator: 100, reason: 500 };

export function defineRedriveRuns(sequelize: Sequelize): Table<RedriveRunRow, NewRedriveRun> {
  // Sequelize keeps what it is given, so each column needs an object of its own.
  const count = () => ({ type: DataTypes.INTEGER.UNSIGNED, allowNull: false });
  const id = () => ({ type: DataTypes.BIGINT.UNSIGNED, allowNull: false });
  return sequelize.define("redrive_runs", {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    filter: { type: DataTypes.TEXT("medium"), allowNull: false },
    upToId: id(),
    afterId: { ...id(), defaultValue: 0 },
    planned: count(),
    canary: count(),
    rate: DataTypes.INTEGER.UNSIGNED,
    phase: { type: DataTypes.ENUM("canary", "sending"), allowNull: false },
    state: {
      type: DataTypes.ENUM("running", "stopped", "done"),
      allowNull: false,
      defaultValue: "running",
    },
    round: { ...count(), defaultValue: 1 },
    step: { ...count(), defaultValue: 0 },
    steppedAt: { type: DataTypes.DATE(3), allowNull: false },
    sent: { ...count(), defaultValue: 0 },
    leftOpen: { ...count(), defaultValue: 0 },
    outcome: DataTypes.STRING(longest.outcome),
    operatorId: DataTypes.BIGINT.UNSIGNED,
    operator: { type: DataTypes.STRING(longest.operator), allowNull: false },
    reason: { type: DataTypes.STRING(longest.reason), allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    endedAt: DataTypes.DATE(3),
  });
}

export async function insertRedriveRun(tx: Database, run: NewRedriveRun): Promise<RedriveRunRow> {
  const operator = run.operator.slice(0, longest.operator);
  const reason = run.reason.slice(0, longest.reason);
  const transaction = tx.options.transaction ?? null;
  const { id } = plain(
    await tx.tables.redriveRuns.create({ ...run, operator, reason }, { transaction }),
  );
  const row = await tx.tables.redriveRuns.findByPk(id, { ...tx.options, rejectOnEmpty: true });
  return plain(row);
}

export async function findRedriveRun(db: Database, id: number): Promise<RedriveRunRow | null> {
  const run = await db.tables.redriveRuns.findByPk(id, db.options);
  return run && plain(run);
}

/** Newest first. */
export async function findRedriveRuns(db: Database, limit: number): Promise<RedriveRunRow[]> {
  const order: [string, string][] = [["id", "DESC"]];
  return (await db.tables.redriveRuns.findAll({ ...db.options, order, limit })).map(plain);
}

/** Newest first. */
export async function findRunningRedrives(db: Database, limit: number): Promise<RedriveRunRow[]> {
  const where = { state: "running" as const };
  const order: [string, string][] = [["id", "DESC"]];
  return (await db.tables.redriveRuns.findAll({ ...db.options, where, order, limit })).map(plain);
}

/** For a transaction that carries it on: nobody stops or resumes it meanwhile. */
export async function lockRedriveRun(tx: Database, id: number): Promise<RedriveRunRow | null> {
  const run = await tx.tables.redriveRuns.findByPk(id, { ...tx.options, lock: true });
  return run && plain(run);
}

type Progress = Pick<RedriveRunRow, "id" | "afterId" | "steppedAt"> & {
  sent: readonly number[];
  leftOpen: number;
  round: number;
};

/** Of a run that is locked: which letters went out, and how far it has come. */
export async function noteRedriven(tx: Database, progress: Progress): Promise<void> {
  const { id, sent, round, ...rest } = progress;
  const sql = `UPDATE redrive_runs SET after_id = :afterId, sent = sent + :count,
      left_open = left_open + :leftOpen, stepped_at = :steppedAt WHERE id = :id`;
  await update(tx, sql, { id, count: sent.length, ...rest });
  if (sent.length === 0) return;
  const rows = sent.map((letterId) => [id, letterId, round]);
  await insert(tx, "INSERT INTO redrive_run_letters (run_id, letter_id, round) VALUES :rows", {
    rows,
  });
}

/**
 * The run's next step; false when this one is not the latest, or the run has ended. A look at canaries is a step, too;
 * while it sends, the time of the last letter is what its pace goes by.
 */
export async function advanceRedriveRun(
  tx: Database,
  { id, step }: Pick<RedriveRunRow, "id" | "step">,
  at: Date,
): Promise<boolean> {
  const sql = `UPDATE redrive_runs SET step = step + 1, stepped_at = IF(phase = 'canary', :at, stepped_at)
    WHERE id = :id AND step = :step AND state = 'running'`;
  return (await update(tx, sql, { id, step, at })) === 1;
}

/** Its pace begins now: the wait for the canaries is not made up for. */
export async function beginSending(tx: Database, id: number, at: Date): Promise<void> {
  const sql = "UPDATE redrive_runs SET phase = 'sending', stepped_at = :at WHERE id = :id";
  await update(tx, sql, { id, at });
}

/** Of a run that is going on; false when it was not. */
export async function endRedriveRun(
  db: Database,
  id: number,
  { outcome, ...end }: { state: "stopped" | "done"; outcome: string | null; at: Date },
): Promise<boolean> {
  const sql = `UPDATE redrive_runs SET state = :state, outcome = :outcome, ended_at = :at
    WHERE id = :id AND state = 'running'`;
  const values = { id, ...end, outcome: outcome?.slice(0, longest.outcome) ?? null };
  return (await update(db, sql, values)) === 1;
}

/** A stopped run goes on, with the next round of canaries if `round` says so. `rate` as in the row. */
export async function resumeRedriveRun(
  tx: Database,
  id: number,
  next: { round: number; rate: number | null; at: Date },
): Promise<boolean> {
  const sql = `UPDATE redrive_runs SET state = 'running', outcome = NULL, ended_at = NULL,
      step = step + 1, round = :round, rate = :rate, stepped_at = :at WHERE id = :id AND state = 'stopped'`;
  return (await update(tx, sql, { id, ...next })) === 1;
}

/** What became of a letter that a run sent back. The job is missing once it was purged: then it had a good end. */
export type RedrivenJob = {
  letterId: number;
  jobId: string | null;
  /** As the letter has it; null when the letter's message became a new job. */
  generation: number | null;
  state: JobState | null;
  jobGeneration: number | null;
  attempts: number | null;
  lastError: string | null;
};

export function findRedrivenJobs(
  db: Database,
  { id, round }: Pick<RedriveRunRow, "id" | "round">,
  limit: number,
): Promise<RedrivenJob[]> {
  const sql = `SELECT r.letter_id AS letterId, l.job_id AS jobId, l.generation, j.state,
      j.generation AS jobGeneration, j.attempts, LEFT(j.last_error, 300) AS lastError
    FROM redrive_run_letters r JOIN dead_letters l ON l.id = r.letter_id
      LEFT JOIN jobs j ON j.id = l.job_id
    WHERE r.run_id = :id AND r.round = :round ORDER BY r.letter_id LIMIT :limit`;
  return select(db, sql, { id, round, limit });
}

/** The run that sent a letter back. */
export async function findRunOfLetter(db: Database, letterId: number): Promise<number | null> {
  const sql = `SELECT run_id AS runId FROM redrive_run_letters WHERE letter_id = :letterId
    ORDER BY run_id DESC LIMIT 1`;
  const [row] = await select<{ runId: number }>(db, sql, { letterId });
  return row?.runId ?? null;
}
