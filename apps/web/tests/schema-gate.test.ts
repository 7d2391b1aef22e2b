import { connectDatabase, migrate, readDatabaseConfig } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv({ tiers: [] });
});
afterAll(() => env?.[Symbol.asyncDispose]());

/** As it is when new code comes up before the leader has migrated. */
async function emptyDatabase(): Promise<void> {
  const config = readDatabaseConfig(env.environment);
  await using db = connectDatabase(config);
  await db.sequelize.query(`DROP DATABASE ${config.name}`);
  await db.sequelize.query(`CREATE DATABASE ${config.name}`);
}

test("a web server boots before its schema is there, says so, and serves once it is", async () => {
  await emptyDatabase();
  await env.web.start();
  const visitor = env.client();
  const ready = () => visitor.get("/health/ready", { accept: "application/json" });

  expect((await visitor.get("/health")).status).toBe(200);
  const waiting = await ready();
  expect(waiting.status).toBe(503);
  expect(waiting.json()).toMatchObject({
    release: { commit: "development" },
    schema: expect.stringMatching(/^waits for .*create-users/),
  });
  const page = await visitor.get("/");
  expect(page.status).toBe(503);
  expect(page.text).toContain("just being updated");

  await migrate(readDatabaseConfig(env.environment));
  await expect.poll(async () => (await visitor.get("/")).status).toBe(200);
  await expect
    .poll(async () => (await ready()).json())
    .toMatchObject({ ready: true, schema: "ok" });
});
