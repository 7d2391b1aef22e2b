import { transaction, type Database } from "@tendril/database";
import type { TestEnv } from "@tendril/dev-env";
import {
  connectQueues,
  createDispatcher,
  createOutbox,
  type JobName,
  type JobPayload,
} from "@tendril/jobs";
import { createLogger, systemClock } from "@tendril/runtime";

/** Writes jobs as the tiers do, and has sent them when it is over. */
export async function enqueue<Name extends JobName>(
  env: TestEnv,
  db: Database,
  name: Name,
  payloads: readonly JobPayload<Name>[],
): Promise<void> {
  const region = env.environment["AWS_REGION"] ?? "";
  const logger = createLogger({ level: "silent", tier: "worker", instance: "test" });
  using queues = connectQueues({ region, prefix: env.space.name });
  await using dispatcher = createDispatcher({ db, queues, clock: systemClock, logger });
  const outbox = createOutbox(dispatcher, systemClock);
  await transaction(db, async (tx) => {
    for (const payload of payloads)
      await outbox.enqueue(tx, name, payload, { fairnessGroup: "test", trace: "test" });
  });
}
