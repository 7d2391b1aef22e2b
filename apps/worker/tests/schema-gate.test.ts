import { migrate, missingMigrations, readDatabaseConfig } from "@tendril/database";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { mails, openCrew, watchSqs, type Crew } from "./_crew.ts";
import { fire } from "./_ticks.ts";
import { rows } from "./_uploads.ts";

let crew: Crew;

beforeAll(async () => {
  crew = await openCrew();
});
afterAll(() => crew?.[Symbol.asyncDispose]());

/** The worker's migrations, but for the last: as it is when its code comes up before the leader has migrated. */
async function takeBackLastMigration(): Promise<string> {
  const [last] = await rows(
    crew.db,
    z.object({ name: z.string() }),
    "SELECT name FROM migrations ORDER BY name DESC LIMIT 1",
  );
  const name = last?.name ?? "";
  await crew.db.sequelize.query("DELETE FROM migrations WHERE name = :name", {
    replacements: { name },
  });
  return name;
}

const giveBack = (name: string) =>
  crew.db.sequelize.query("INSERT IGNORE INTO migrations (name) VALUES (:name)", {
    replacements: { name },
  });

async function knownTasks(): Promise<number> {
  const counted = z.object({ known: z.number() });
  const [row] = await rows(crew.db, counted, "SELECT COUNT(*) AS known FROM schedule_tasks");
  return row?.known ?? -1;
}

async function ready({ url }: { url: string }): Promise<{ status: number; details: unknown }> {
  const headers = { accept: "application/json" };
  const answer = await fetch(`${url}/health/ready`, { headers });
  return { status: answer.status, details: await answer.json() };
}

let missing: string;
beforeEach(async () => {
  missing = await takeBackLastMigration();
});

const done = { "send-email": { run: async () => ({ state: "done" as const }) } };

test("a worker boots before its schema is there, says so, and works once it is", async () => {
  const [id = ""] = await crew.send("send-email", mails(1));
  using sqs = watchSqs();
  await using worker = await crew.worker({ handlers: done });
  const received = () => ["media", "mail", "tasks", "bulk", "mail-events"].flatMap(sqs.receives);

  expect((await fetch(`${worker.url}/health`)).status).toBe(200);
  expect(await ready(worker)).toMatchObject({
    status: 503,
    details: {
      ready: false,
      database: "ok",
      schema: `waits for ${missing}`,
      release: { commit: "development" },
    },
  });
  expect(await (await fetch(`${worker.url}/health/ready`)).text()).toBe("not ready");
  expect((await fire(worker, "purge", crew.clock.now())).status).toBe(503);
  expect(received()).toEqual([]);
  expect(await knownTasks()).toBe(0);
  expect(await crew.row(id)).toMatchObject({ state: "queued", attempts: 0 });

  await giveBack(missing);
  await expect.poll(async () => (await crew.row(id)).state).toBe("done");
  await expect.poll(() => ready(worker)).toMatchObject({ status: 200, details: { ready: true } });
  await expect.poll(knownTasks).toBeGreaterThan(0);
  expect((await fire(worker, "purge", crew.clock.now())).status).toBe(200);
});

test("it ends cleanly while it still waits", async () => {
  await using worker = await crew.worker();
  expect((await ready(worker)).status).toBe(503);
  using sqs = watchSqs();
  await worker[Symbol.asyncDispose]();
  await giveBack(missing);
  expect(await missingMigrations(crew.db)).toEqual([]);
  expect(sqs.commands()).toEqual([]);
  await expect(fetch(`${worker.url}/health`)).rejects.toThrow("fetch failed");
});

test("it takes its place on an empty database, too", async () => {
  const { name } = readDatabaseConfig(crew.env.environment);
  await crew.db.sequelize.query(`DROP DATABASE ${name}`);
  await crew.db.sequelize.query(`CREATE DATABASE ${name}`);
  await using worker = await crew.worker({ handlers: done });
  expect(await ready(worker)).toMatchObject({
    status: 503,
    details: { schema: expect.stringMatching(/^waits for .*create-users/) },
  });
  await migrate(readDatabaseConfig(crew.env.environment));
  await expect.poll(() => ready(worker)).toMatchObject({ status: 200 });
});
