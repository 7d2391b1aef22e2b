import { countTick, giveTickItsJob, transaction } from "@tendril/database";
import type { TickJobName } from "@tendril/jobs";

import type { WorkerContext } from "../context.ts";
import { enqueueTickJob } from "./tick-job.ts";

/** `tries`: how often this tick has come by now, from all instances. */
export type Receipt = { isFirst: boolean; tries: number };

/**
 * One tick, one job, however often and on however many instances it arrives. One that was already noted as
 * missed runs now, unless it was made up for.
 */
export async function receiveTick(
  { db, clock, outbox, instanceId }: WorkerContext,
  task: TickJobName,
  scheduledAt: Date,
): Promise<Receipt> {
  return transaction(db, async (tx) => {
    const tick = { task, scheduledAt };
    const { jobId, tries } = await countTick(tx, tick, clock.now());
    if (jobId !== null) return { isFirst: false, tries };
    const made = await enqueueTickJob(outbox, tx, task, scheduledAt);
    await giveTickItsJob(tx, { ...tick, state: "received", instance: instanceId, jobId: made });
    return { isFirst: true, tries };
  });
}
