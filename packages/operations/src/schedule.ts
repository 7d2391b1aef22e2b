import { transaction } from "@tendril/database";
import { findCurrentTasks, isTickJobName, takeTick, type TickJobName } from "@tendril/jobs";
import { ConflictError, days, InvalidInputError } from "@tendril/runtime";

import { recordAction } from "./actions.ts";
import type { OperationsContext, Operator } from "./context.ts";

export { describeSchedule, type TaskOverview } from "@tendril/jobs";

/** No older tick can come either; the row of one that old may be gone, which says that it ran. */
const oldestMs = days(14);

/** Characters that the column holds. */
const longestInstance = 100;

type Run = {
  task: string;
  /** Which tick it stands for; this minute, if not said. Seconds do not count. */
  at?: Date;
  reason: string;
};

export type HandRun = { task: TickJobName; scheduledAt: Date; jobId: string | null };

/**
 * Takes a tick as if it had just come: its row and the job that follows, once, on record as an operator's doing. One
 * that was missed counts as received from then on. ConflictError when that tick has its job already.
 */
export async function runTask(
  context: OperationsContext,
  operator: Operator,
  run: Run,
): Promise<HandRun> {
  const { db, clock } = context;
  const tick = await readRun(context, run);
  const { task, scheduledAt } = tick;
  const instance = `by hand: ${operator.name}`.slice(0, longestInstance);
  const by = { instance, ...(operator.userId !== null && { requestedBy: operator.userId }) };
  return transaction(db, async (tx) => {
    const { isFirst, jobId } = await takeTick(tx, context, tick, by);
    const minute = minuteOf(scheduledAt);
    if (!isFirst)
      throw new ConflictError(
        `The tick of ${task} at ${minute} has its job already: ${jobId}. Each minute has one; take another.`,
      );
    await recordAction(tx, clock, operator, {
      action: "schedule run",
      subject: { kind: "task", id: task },
      reason: run.reason,
      after: { scheduledAt, jobId },
    });
    return { task, scheduledAt, jobId };
  });
}

/** What `runTask` would take, once it is sure that it would: for asking first. */
export async function readRun(
  { db, clock }: OperationsContext,
  { task, at }: Pick<Run, "task" | "at">,
): Promise<{ task: TickJobName; scheduledAt: Date }> {
  if (!isTickJobName(task)) {
    const known = (await findCurrentTasks(db)).map((row) => row.task).join(", ");
    throw new InvalidInputError(
      `There is no timed task ${task}: there are ${known || "none yet"}.`,
    );
  }
  const now = clock.now();
  const scheduledAt = new Date(at ?? now);
  scheduledAt.setUTCSeconds(0, 0);
  const wrong = (text: string) => new InvalidInputError(text, { at: text });
  if (scheduledAt > now) throw wrong(`It is ${minuteOf(now)}: that time has not come.`);
  if (now.getTime() - scheduledAt.getTime() > oldestMs)
    throw wrong("That is more than 14 days ago: nobody knows for certain whether it ran.");
  return { task, scheduledAt };
}

const minuteOf = (time: Date) => `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
