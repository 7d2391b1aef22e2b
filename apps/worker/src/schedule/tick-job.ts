import type { Database } from "@tendril/database";
import type { Outbox, TickJobName } from "@tendril/jobs";

/** What follows from a tick, in the transaction that notes it. */
export function enqueueTickJob(
  outbox: Outbox,
  tx: Database,
  task: TickJobName,
  scheduledAt: Date,
): Promise<string | null> {
  const payload = { scheduledAt: scheduledAt.toISOString() };
  return outbox.enqueue(tx, task, payload, origin(task, payload.scheduledAt));
}

/** The rest of a tick's work, when one job's time is not enough for it. One waiting rest does for all. */
export async function continueTickJob(
  outbox: Outbox,
  tx: Database,
  task: TickJobName,
  scheduledAt: string,
): Promise<void> {
  const options = { ...origin(task, scheduledAt), dedupeKey: `${task}:rest` };
  await outbox.enqueue(tx, task, { scheduledAt }, options);
}

function origin(task: TickJobName, scheduledAt: string) {
  const minute = scheduledAt.slice(0, 16).replace(/\D/g, "");
  return { fairnessGroup: "schedule", trace: `tick-${task}-${minute}` };
}
