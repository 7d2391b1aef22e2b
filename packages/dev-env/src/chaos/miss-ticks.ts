import { transaction, type Database } from "@tendril/database";
import { createOutbox } from "@tendril/jobs";
import { createLogger, systemClock } from "@tendril/runtime";
import { checkSchedule, loadSchedule } from "@tendril/worker/schedule";

import type { Ticking } from "./ticking.ts";

/**
 * One look of a worker at the schedule, as if the tasks had been known since the clock that ticks here began: notes
 * what never came. Workers look once a minute, and only at what was due five minutes ago by their own clocks.
 */
export async function noteMissedTicks(
  db: Database,
  { from }: Pick<Ticking, "from">,
): Promise<void> {
  const logger = createLogger({ level: "silent", tier: "worker", instance: "chaos" });
  const clock = systemClock;
  // The relays of the workers send what follows.
  const outbox = createOutbox({ offer() {} }, clock);
  const tasks = await loadSchedule(logger);
  // While the rows are locked no worker looks from elsewhere.
  await transaction(db, async (tx) => {
    await tx.sequelize.query("UPDATE schedule_tasks SET since = :from, checked_until = :from", {
      replacements: { from: from.toISOString().replace("T", " ").replace("Z", "") },
      transaction: tx.options.transaction ?? null,
    });
    await checkSchedule({ db: tx, outbox, clock, logger, instanceId: "chaos" }, tasks);
  });
}
