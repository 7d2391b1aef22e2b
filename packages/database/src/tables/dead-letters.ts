import { DataTypes, UniqueConstraintError, type Optional, type Sequelize } from "sequelize";

import { plain, select, update, type Database, type Table } from "../database.ts";

export const letterStates = ["open", "redriven", "dropped"] as const;
export type LetterState = (typeof letterStates)[number];

/** Characters that the column holds. */
const longestReason = 200;

/** The one record of a death: of a job, or of a message that was never one of ours. */
export type DeadLetterRow = {
  id: number;
  jobId: string | null;
  generation: number | null;
  /** Of a message without a job: SQS's id of it. */
  sqsMessageId: string | null;
  queue: string;
  name: string | null;
  payload: string | null;
  /** What an operator has made of the payload; a redrive sends the job with it. */
  editedPayload: string | null;
  /** Byte for byte, when nobody could read it. */
  rawMessage: Buffer | null;
  errorName: string;
  errorMessage: string;
  stack: string | null;
  /** What letters of one kind have in common: a fingerprint. */
  cause: string;
  /** JSON: the attempts with their times and errors. */
  attempts: string;
  trace: string | null;
  requestedBy: number | null;
  /** Where it died, and of which code. */
  worker: string | null;
  workerRelease: string | null;
  state: LetterState;
  closedReason: string | null;
  createdAt: Date;
  closedAt: Date | null;
};

type Later =
  | "id"
  | "editedPayload"
  | "worker"
  | "workerRelease"
  | "state"
  | "closedReason"
  | "closedAt";
export type NewDeadLetter = Optional<DeadLetterRow, Later>;

export function defineDeadLetters(sequelize: Sequelize): Table<DeadLetterRow, NewDeadLetter> {
  return sequelize.define("dead_letters", {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    jobId: DataTypes.CHAR(36),
    generation: DataTypes.INTEGER.UNSIGNED,
    sqsMessageId: DataTypes.STRING(100),
    queue: { type: DataTypes.STRING(20), allowNull: false },
    name: DataTypes.STRING(60),
    payload: DataTypes.TEXT("medium"),
    editedPayload: DataTypes.TEXT("medium"),
    rawMessage: DataTypes.BLOB("medium"),
    errorName: { type: DataTypes.STRING(100), allowNull: false },
    errorMessage: { type: DataTypes.TEXT, allowNull: false },
    stack: DataTypes.TEXT,
    cause: { type: DataTypes.CHAR(16), allowNull: false },
    attempts: { type: DataTypes.TEXT("medium"), allowNull: false },
    trace: DataTypes.STRING(64),
    requestedBy: DataTypes.BIGINT.UNSIGNED,
    worker: DataTypes.STRING(100),
    workerRelease: DataTypes.STRING(64),
    state: { type: DataTypes.ENUM(...letterStates), allowNull: false, defaultValue: "open" },
    closedReason: DataTypes.STRING(longestReason),
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    closedAt: DataTypes.DATE(3),
  });
}

/** False when this death is on record already. */
export async function insertDeadLetter(db: Database, letter: NewDeadLetter): Promise<boolean> {
  try {
    await db.tables.deadLetters.create(letter, { transaction: db.options.transaction ?? null });
    return true;
  } catch (error) {
    if (error instanceof UniqueConstraintError) return false;
    throw error;
  }
}

export async function findDeadLetter(db: Database, id: number): Promise<DeadLetterRow | null> {
  const letter = await db.tables.deadLetters.findByPk(id, db.options);
  return letter && plain(letter);
}

/** In the order of their ids. */
export async function findLettersById(
  db: Database,
  ids: readonly number[],
): Promise<DeadLetterRow[]> {
  const where = { id: [...ids] };
  const order: [string, string][] = [["id", "ASC"]];
  return (await db.tables.deadLetters.findAll({ ...db.options, where, order })).map(plain);
}

export async function findLettersOfJob(db: Database, jobId: string): Promise<DeadLetterRow[]> {
  const where = { jobId };
  const order: [string, string][] = [["generation", "ASC"]];
  return (await db.tables.deadLetters.findAll({ ...db.options, where, order })).map(plain);
}

/** For a transaction that is about to change them: nobody else does meanwhile. In the order of their ids. */
export async function lockLetters(tx: Database, ids: readonly number[]): Promise<DeadLetterRow[]> {
  const where = { id: [...ids] };
  const order: [string, string][] = [["id", "ASC"]];
  return (await tx.tables.deadLetters.findAll({ ...tx.options, where, order, lock: true })).map(
    plain,
  );
}

/** Letters that are locked, or otherwise known to be as they are. */
export async function closeLetters(
  tx: Database,
  ids: readonly number[],
  { reason, ...end }: { state: "redriven" | "dropped"; reason: string; at: Date },
): Promise<void> {
  if (ids.length === 0) return;
  const sql = `UPDATE dead_letters SET state = :state, closed_reason = :reason, closed_at = :at
    WHERE id IN (:ids)`;
  await update(tx, sql, { ids, ...end, reason: reason.slice(0, longestReason) });
}

/** A letter of a message that was made into a job. */
export async function linkLetterToJob(tx: Database, id: number, jobId: string): Promise<void> {
  await update(tx, "UPDATE dead_letters SET job_id = :jobId WHERE id = :id", { id, jobId });
}

/** Of an open letter, as long as nobody else has edited it since `before`. */
export async function editLetterPayload(
  tx: Database,
  id: number,
  { before, payload, name }: { before: string | null; payload: string; name: string },
): Promise<boolean> {
  const sql = `UPDATE dead_letters SET edited_payload = :payload, name = :name
    WHERE id = :id AND state = 'open' AND edited_payload <=> :before`;
  return (await update(tx, sql, { id, before, payload, name })) === 1;
}

/** The highest id there is: letters that are filed later are beyond it. */
export async function lastLetterId(db: Database): Promise<number> {
  const [row] = await select<{ id: number | null }>(db, "SELECT MAX(id) AS id FROM dead_letters");
  return row?.id ?? 0;
}
