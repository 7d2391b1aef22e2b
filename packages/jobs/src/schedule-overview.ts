import {
  countMissedTicks,
  findLastTick,
  findMissedTicks,
  findTasks,
  findTicks,
  type Database,
  type ScheduleTaskRow,
  type ScheduleTickRow,
} from "@tendril/database";
import { days, minutes } from "@tendril/runtime";

import { parseCron } from "./cron-expression.ts";

/** Workers look once a minute; a task that the others were seen with and this one not has been taken out. */
const goneMs = minutes(10);

const missedWithinMs = days(30);
const shown = 10;

/** What a page about the schedule tells of one task. */
export type TaskOverview = {
  task: string;
  /** Its cron expression, in UTC. */
  schedule: string;
  since: Date;
  /** When a worker last looked whether ticks were missed. */
  checkedAt: Date;
  last: ScheduleTickRow | null;
  /** The latest ten, newest first, whatever became of them. */
  recent: ScheduleTickRow[];
  /** The next ten, should the clock not change its mind. */
  next: Date[];
  /** Of thirty days: all that never came, and how many of them were made up for. */
  missed: { count: number; madeUp: number; latest: ScheduleTickRow[] };
};

/** The tasks that workers know now. */
export async function findCurrentTasks(db: Database): Promise<ScheduleTaskRow[]> {
  const known = await findTasks(db);
  const newest = Math.max(...known.map(({ checkedAt }) => checkedAt.getTime()));
  return known.filter(({ checkedAt }) => newest - checkedAt.getTime() <= goneMs);
}

/** The schedule as the workers know it, by name of the task. */
export async function describeSchedule(db: Database, now: Date): Promise<TaskOverview[]> {
  const current = await findCurrentTasks(db);
  const counts = await countMissedTicks(db, new Date(now.getTime() - missedWithinMs));

  return Promise.all(
    current.map(async ({ task, schedule, since, checkedAt }) => {
      const count = counts.find((row) => row.task === task);
      return {
        task,
        schedule,
        since,
        checkedAt,
        last: await findLastTick(db, task),
        recent: await findTicks(db, task, shown),
        next: parseCron(schedule).next(now, shown),
        missed: {
          count: count?.missed ?? 0,
          madeUp: count?.madeUp ?? 0,
          latest: count ? await findMissedTicks(db, task, shown) : [],
        },
      };
    }),
  );
}
