import { countTick, giveTickItsJob, type Database } from "@tendril/database";
import type { Clock } from "@tendril/runtime";

import type { TickJobName } from "./catalogue.ts";
import type { Outbox } from "./outbox.ts";

/** `tries`: how often this tick has come by now, from all instances. */
export type Receipt = { isFirst: boolean; tries: number; jobId: string | null };

type TakenBy = {
  /** The instance that it came to, or whoever ran it by hand. */
  instance: string;
  requestedBy?: number;
};

/**
 * One tick, one job, however often and on however many instances it arrives. One that was already noted as
 * missed runs now, unless it was made up for. In the caller's transaction.
 */
export async function takeTick(
  tx: Database,
  { outbox, clock }: { outbox: Outbox; clock: Clock },
  tick: { task: TickJobName; scheduledAt: Date },
  { instance, requestedBy }: TakenBy,
): Promise<Receipt> {
  const { jobId: before, tries } = await countTick(tx, tick, clock.now());
  if (before !== null) return { isFirst: false, tries, jobId: before };
  const jobId = await enqueueTickJob(outbox, tx, tick.task, tick.scheduledAt, requestedBy);
  await giveTickItsJob(tx, { ...tick, state: "received", instance, jobId });
  return { isFirst: true, tries, jobId };
}

/** What follows from a tick, in the transaction that notes it. */
export function enqueueTickJob(
  outbox: Outbox,
  tx: Database,
  task: TickJobName,
  scheduledAt: Date,
  requestedBy?: number,
): Promise<string | null> {
  const payload = { scheduledAt: scheduledAt.toISOString() };
  const options = origin(task, payload.scheduledAt);
  return outbox.enqueue(tx, task, payload, {
    ...options,
    ...(requestedBy !== undefined && { requestedBy }),
  });
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
