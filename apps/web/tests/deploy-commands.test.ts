import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { connectDatabase, missingMigrations, readDatabaseConfig } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { days, readEnvironment } from "@tendril/runtime";
import { connectStorage, publishAssets, storageConfig, storageVariables } from "@tendril/storage";
import { afterAll, beforeAll, expect, test } from "vitest";

let env: TestEnv;
beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
});
afterAll(() => env?.[Symbol.asyncDispose]());

const run = promisify(execFile);

/** As the leader of a deployment runs it: a process with the environment's variables. */
const command = (name: string, variables: Record<string, string> = {}) =>
  run(process.execPath, [fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url))], {
    env: { ...env.environment, ...variables },
  });

test("the leader migrates; where there is nothing to do it says so", async () => {
  await using db = connectDatabase(readDatabaseConfig(env.environment));
  await db.sequelize.query("DROP TABLE gallery_version");
  await db.sequelize.query("DELETE FROM migrations WHERE name LIKE '%gallery-version'");
  expect(await missingMigrations(db)).toHaveLength(2);
  expect((await command("migrate")).stdout).toMatch(/migrated: .*\(2 migrations ran\)/s);
  expect(await missingMigrations(db)).toEqual([]);
  expect((await command("migrate")).stdout).toContain("(0 migrations ran)");
});

test("what keeps it from migrating is one line, and a failed deployment", async () => {
  const wrong = command("migrate", { RDS_PASSWORD: "wrong" });
  await expect(wrong).rejects.toMatchObject({ code: 1, stderr: /^Access denied .*\n$/ });
  await expect(command("migrate", { RDS_PORT: "none" })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("RDS_PORT"),
  });
});

test("the leader publishes what pages ask for, to be kept for ever", async () => {
  expect((await command("publish-assets")).stdout).toMatch(/^Published \d+ assets, removed 0/);
  const page = await env.client().get("/");
  const path = /\/assets\/[^"]+\.css/.exec(page.text)?.[0] ?? "";
  const here = await env.client().get(path);
  const there = await fetch(`${env.environment["CDN_BASE_URL"]}${path}`);
  expect(there.status).toBe(200);
  expect(await there.text()).toBe(here.text);
  expect(there.headers.get("content-type")).toBe("text/css; charset=utf-8");
  expect(there.headers.get("cache-control")).toContain("immutable");
});

test("assets stay for as long as their release serves, and thirty days longer", async () => {
  using storage = connectStorage(
    storageConfig(readEnvironment(env.environment, storageVariables), 1),
  );
  const publish = (name: string, day: number) => {
    const now = new Date(Date.now() + days(day));
    const asset = { path: `${name}.css`, contentType: "text/css", bytes: Buffer.from(name) };
    return publishAssets(storage, [asset], { now, before: new Date(now.getTime() - days(30)) });
  };
  const there = async (name: string) =>
    (await fetch(`${env.environment["CDN_BASE_URL"]}/assets/${name}.css`)).ok;
  await publish("first", 1);
  // What stood there until the first day has served for none since the 31st: it may go.
  await publish("second", 41);
  expect(await there("first")).toBe(true);
  expect(await publish("third", 42)).toBe(0);
  expect(await there("first")).toBe(true);
  expect(await publish("third", 70)).toBe(0);
  expect(await publish("third", 73)).toBe(2);
  expect([await there("first"), await there("second"), await there("third")]).toEqual([
    false,
    false,
    true,
  ]);
});
