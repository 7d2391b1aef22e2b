import {
  connectDatabase,
  countDueJobs,
  readDatabaseConfig,
  type DatabaseConnection,
} from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { connectQueues, queueDepth, queueNames } from "@tendril/jobs";
import { systemClock } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createMetrics } from "../src/metrics.ts";
import { enqueue } from "./_jobs.ts";

let env: TestEnv;
let db: DatabaseConnection;

beforeAll(async () => {
  env = await startTestEnv({ tiers: [] });
  db = connectDatabase(readDatabaseConfig(env.environment));
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

test("jobs are counted by name and outcome, with their waiting and working times", async () => {
  const lines: unknown[] = [];
  const logger = { info: (fields: unknown) => void lines.push(fields) };
  {
    await using metrics = createMetrics(logger);
    const job = { name: "send-email", verdict: "done", attempts: 1 };
    metrics.job({ ...job, waitMs: 10, ms: 5 });
    metrics.job({ ...job, waitMs: 30, ms: 1 });
    metrics.job({ ...job, verdict: "failed", waitMs: 0, ms: 2 });
  }
  expect(lines).toEqual([
    expect.objectContaining({
      verdict: "done",
      count: 2,
      waitMs: 40,
      waitMaxMs: 30,
      ms: 6,
      maxMs: 5,
    }),
    expect.objectContaining({ verdict: "failed", count: 1, attempts: 1 }),
  ]);
});

test("the ledger knows how many jobs of a queue are due, and since when", async () => {
  const before = new Date();
  await enqueue(env, db, "send-email", [{ emailId: 1 }, { emailId: 2 }]);
  const [mail, ...others] = await countDueJobs(db, queueNames, systemClock.now());
  expect(others).toEqual([]);
  expect(mail).toMatchObject({ queue: "mail", due: 2 });
  expect(Number(mail?.oldest) - before.getTime()).toBeGreaterThanOrEqual(0);
});

test("asking a queue for its depth changes no receive count", async () => {
  const config = { region: env.environment["AWS_REGION"] ?? "", prefix: env.space.name };
  using queues = connectQueues(config);
  expect(await queueDepth(queues, "mail")).toEqual({ visible: 2, inFlight: 0, delayed: 0 });
  expect(await queueDepth(queues, "mail")).toEqual({ visible: 2, inFlight: 0, delayed: 0 });
});
