import { insert, remove, select, update, type Database } from "../database.ts";

export type TickState = "received" | "missed" | "made-up";

/** One firing of a timed task, whether it came or not. */
export type ScheduleTickRow = {
  task: string;
  /** When it was to fire: UTC, whole minutes. */
  scheduledAt: Date;
  /** `missed`: it did not come, and nothing was done. `made-up`: it did not come, its job was made all the same. */
  state: TickState;
  firstReceivedAt: Date | null;
  /** How often it came: every server that has a clock of its own, and every repeated delivery, is one more. */
  tries: number;
  /** Which one made its job. */
  instance: string | null;
  jobId: string | null;
  /** Of the oldest that was noted after a long standstill: all before it, since then, were missed as well. */
  missedSince: Date | null;
  notedAt: Date;
};

const columns = `task, scheduled_at AS scheduledAt, state, first_received_at AS firstReceivedAt, tries, instance,
  job_id AS jobId, missed_since AS missedSince, noted_at AS notedAt`;

type Tick = Pick<ScheduleTickRow, "task" | "scheduledAt">;

/**
 * Counts one arrival. Whoever finds that the tick has no job is to make one in this transaction, for which
 * nobody else can have the row until its end.
 */
export async function countTick(
  tx: Database,
  tick: Tick,
  now: Date,
): Promise<Pick<ScheduleTickRow, "state" | "jobId" | "tries">> {
  await insert(
    tx,
    `INSERT INTO schedule_ticks (task, scheduled_at, state, first_received_at, tries, noted_at)
      VALUES (:task, :scheduledAt, 'received', :now, 1, :now)
      ON DUPLICATE KEY UPDATE tries = tries + 1, first_received_at = COALESCE(first_received_at, :now)`,
    { ...tick, now },
  );
  const [row] = await select<Pick<ScheduleTickRow, "state" | "jobId" | "tries">>(
    tx,
    `SELECT state, job_id AS jobId, tries FROM schedule_ticks
      WHERE task = :task AND scheduled_at = :scheduledAt FOR UPDATE`,
    tick,
  );
  if (!row) throw new Error(`The tick of ${tick.task} was just noted and is not there`);
  return row;
}

/** The job that this tick has from now on. */
export async function giveTickItsJob(
  tx: Database,
  tick: Tick & { state: "received" | "made-up"; instance: string; jobId: string | null },
): Promise<void> {
  const sql = `UPDATE schedule_ticks SET state = :state, instance = :instance, job_id = :jobId
    WHERE task = :task AND scheduled_at = :scheduledAt`;
  await update(tx, sql, tick);
}

/** False when it came after all, or somebody else has noted it. */
export async function insertMissedTick(
  db: Database,
  tick: Tick & { missedSince: Date | null },
  now: Date,
): Promise<boolean> {
  const sql = `INSERT IGNORE INTO schedule_ticks (task, scheduled_at, state, missed_since, noted_at)
    VALUES (:task, :scheduledAt, 'missed', :missedSince, :now)`;
  return (await insert(db, sql, { ...tick, now })) === 1;
}

export async function findTickTimes(
  db: Database,
  task: string,
  { from, to }: { from: Date; to: Date },
): Promise<Date[]> {
  const rows = await select<Pick<ScheduleTickRow, "scheduledAt">>(
    db,
    `SELECT scheduled_at AS scheduledAt FROM schedule_ticks
      WHERE task = :task AND scheduled_at BETWEEN :from AND :to`,
    { task, from, to },
  );
  return rows.map(({ scheduledAt }) => scheduledAt);
}

/** The time of the latest before that which has a row. */
export async function findTickTimeBefore(
  db: Database,
  task: string,
  before: Date,
): Promise<Date | null> {
  const rows = await select<{ latest: Date | null }>(
    db,
    "SELECT MAX(scheduled_at) AS latest FROM schedule_ticks WHERE task = :task AND scheduled_at < :before",
    { task, before },
  );
  return rows[0]?.latest ?? null;
}

/** The latest that came. */
export async function findLastTick(db: Database, task: string): Promise<ScheduleTickRow | null> {
  const sql = `SELECT ${columns} FROM schedule_ticks
    WHERE task = :task AND state = 'received' ORDER BY scheduled_at DESC LIMIT 1`;
  return (await select<ScheduleTickRow>(db, sql, { task }))[0] ?? null;
}

/** Newest first, whatever became of them. */
export function findTicks(db: Database, task: string, limit: number): Promise<ScheduleTickRow[]> {
  const sql = `SELECT ${columns} FROM schedule_ticks
    WHERE task = :task ORDER BY scheduled_at DESC LIMIT :limit`;
  return select(db, sql, { task, limit });
}

/** Newest first: those that never came, the made-up ones among them. */
export function findMissedTicks(
  db: Database,
  task: string,
  limit: number,
): Promise<ScheduleTickRow[]> {
  const sql = `SELECT ${columns} FROM schedule_ticks
    WHERE task = :task AND state IN ('missed', 'made-up') ORDER BY scheduled_at DESC LIMIT :limit`;
  return select(db, sql, { task, limit });
}

/** By task: those that never came, the made-up ones among them. */
export function countMissedTicks(
  db: Database,
  since: Date,
): Promise<{ task: string; missed: number; madeUp: number; last: Date }[]> {
  return select(
    db,
    `SELECT task, COUNT(*) AS missed, COUNT(IF(state = 'made-up', 1, NULL)) AS madeUp, MAX(scheduled_at) AS last
      FROM schedule_ticks WHERE state IN ('missed', 'made-up') AND scheduled_at >= :since GROUP BY task`,
    { since },
  );
}

/** Their time must be so long ago that no message of theirs can come any more. */
export function purgeTicks(db: Database, scheduledBefore: Date, limit: number): Promise<number> {
  const sql = `DELETE FROM schedule_ticks WHERE scheduled_at < :scheduledBefore
                ORDER BY scheduled_at LIMIT :limit`;
  return remove(db, sql, { scheduledBefore, limit });
}
