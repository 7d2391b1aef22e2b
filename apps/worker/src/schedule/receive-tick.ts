import { transaction } from "@tendril/database";
import { takeTick, type Receipt, type TickJobName } from "@tendril/jobs";

import type { WorkerContext } from "../context.ts";

/** A tick that the platform's daemon brings. */
export async function receiveTick(
  { db, clock, outbox, instanceId }: WorkerContext,
  task: TickJobName,
  scheduledAt: Date,
): Promise<Receipt> {
  return transaction(db, (tx) =>
    takeTick(tx, { outbox, clock }, { task, scheduledAt }, { instance: instanceId }),
  );
}
