import { connectDatabase, readDatabaseConfig, type DatabaseConnection } from "@tendril/database";
import type { TestEnv } from "@tendril/dev-env";
import { connectQueues, createDispatcher, createOutbox } from "@tendril/jobs";
import { createLogger, systemClock } from "@tendril/runtime";

import type { OperationsContext } from "../src/index.ts";

const logger = createLogger({ level: "silent", tier: "ops", instance: "test" });

/** What an operator's command line opens, beside the tiers of a test environment. */
export async function openOperations(
  env: TestEnv,
): Promise<OperationsContext & { db: DatabaseConnection } & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const db = stack.use(connectDatabase(readDatabaseConfig(env.environment)));
  const region = env.environment["AWS_REGION"] ?? "";
  const queues = stack.use(connectQueues({ region, prefix: env.space.name }));
  const clock = systemClock;
  const dispatcher = stack.use(createDispatcher({ db, queues, clock, logger }));
  const outbox = createOutbox(dispatcher, clock);
  const owned = stack.move();
  const dispose = () => owned.disposeAsync();
  return { db, queues, dispatcher, outbox, clock, [Symbol.asyncDispose]: dispose };
}
