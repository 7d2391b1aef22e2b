import { insert, remove, select, update, type Database } from "../database.ts";

/** A timed task as the workers know it; made by the first that looks. */
export type ScheduleTaskRow = {
  task: string;
  /** Its cron expression, in UTC. */
  schedule: string;
  /** Since when it has been known with this expression: nothing before that can have been missed. */
  since: Date;
  /** What should have fired by then has its row. */
  checkedUntil: Date;
  checkedAt: Date;
};

const columns = "task, schedule, since, checked_until AS checkedUntil, checked_at AS checkedAt";

/**
 * A task that is new, or fires at other times than before, begins now. So does one that begins in the future:
 * whoever said so had a clock that was wrong.
 */
export async function noteTask(
  db: Database,
  { task, schedule }: Pick<ScheduleTaskRow, "task" | "schedule">,
  now: Date,
): Promise<ScheduleTaskRow> {
  await insert(
    db,
    // What looks at the old expression comes first: assignments see what those to their left have done.
    `INSERT INTO schedule_tasks (task, schedule, since, checked_until, checked_at)
      VALUES (:task, :schedule, :now, :now, :now)
      ON DUPLICATE KEY UPDATE since = IF(schedule = :schedule, LEAST(since, :now), :now),
        checked_until = IF(schedule = :schedule, checked_until, :now),
        schedule = :schedule, checked_at = :now`,
    { task, schedule, now },
  );
  const rows = await select<ScheduleTaskRow>(
    db,
    `SELECT ${columns} FROM schedule_tasks WHERE task = :task`,
    { task },
  );
  if (!rows[0]) throw new Error(`The task ${task} was just noted and is not there`);
  return rows[0];
}

/** The last one says how far it is: a clock that is wrong does not keep the others from looking again. */
export async function noteChecked(db: Database, task: string, until: Date): Promise<void> {
  await update(db, "UPDATE schedule_tasks SET checked_until = :until WHERE task = :task", {
    task,
    until,
  });
}

/** By name. A task that only an older release knew is still here, with an old `checkedAt`. */
export function findTasks(db: Database): Promise<ScheduleTaskRow[]> {
  return select(db, `SELECT ${columns} FROM schedule_tasks ORDER BY task`);
}

/** Tasks that no worker knows any more. */
export function purgeTasks(db: Database, checkedBefore: Date, limit: number): Promise<number> {
  const sql = `DELETE FROM schedule_tasks WHERE checked_at < :checkedBefore
                ORDER BY checked_at LIMIT :limit`;
  return remove(db, sql, { checkedBefore, limit });
}
