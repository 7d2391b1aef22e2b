import { appendFileSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { connectDatabase, readDatabaseConfig } from "@tendril/database";
import {
  connectQueues,
  createDispatcher,
  createOutbox,
  queueConfig,
  queueVariables,
} from "@tendril/jobs";
import { createLogger, readEnvironment, systemClock } from "@tendril/runtime";
import { connectStorage, storageConfig, storageVariables } from "@tendril/storage";
import { z } from "zod";

import { carryOut } from "./carry-out.ts";
import { orderOf } from "./orders.ts";

const assignment = z.object({
  name: z.string(),
  seed: z.number(),
  count: z.number(),
  people: z.array(z.object({ id: z.number(), email: z.string() })),
  /** One line for each transaction that was answered. */
  journal: z.string(),
  beginAt: z.number(),
  everyMs: z.number(),
});
export type Assignment = z.infer<typeof assignment>;

const lanes = 8;

/** A web process without HTTP: transactions with jobs, one after the other, as fast as it is told. */
async function enqueueAll({ name, seed, count, people, ...given }: Assignment): Promise<void> {
  const { journal, beginAt, everyMs } = given;
  await using resources = new AsyncDisposableStack();
  const logger = createLogger({ level: "warn", tier: "web", instance: name });
  const db = resources.use(connectDatabase(readDatabaseConfig(process.env)));
  const queues = resources.use(
    connectQueues(queueConfig(readEnvironment(process.env, queueVariables))),
  );
  const storage = resources.use(
    connectStorage(storageConfig(readEnvironment(process.env, storageVariables), 1)),
  );
  const clock = systemClock;
  const dispatcher = resources.use(createDispatcher({ db, queues, clock, logger }));
  const outbox = createOutbox(dispatcher, clock);

  const answered = new Set(readFileSync(journal, "utf8").split("\n").map(Number));
  let next = 1;
  const lane = async () => {
    while (next <= count) {
      const order = orderOf(seed, name, next++, people.length);
      if (answered.has(order.n)) continue;
      await delay(Math.max(0, beginAt + order.n * everyMs - Date.now()));
      // Not answered means: done again, as a person would. It may have been committed all the same.
      while (!(await carryOut({ db, storage, outbox }, order, people))) await delay(200);
      appendFileSync(journal, `${order.n}\n`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

await enqueueAll(assignment.parse(JSON.parse(process.env["TENDRIL_ENQUEUER"] ?? "")));
