import {
  connectDatabase,
  isDatabaseAway,
  readDatabaseConfig,
  readGalleryVersion,
} from "@tendril/database";
import { DEMO_PASSWORD, startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import { announceOne } from "./_direct-uploads.ts";
import { openFreezer } from "./_freezer.ts";
import { newFormToken, signedUp } from "./_uploads.ts";

let env: TestEnv;

beforeAll(async () => {
  // A process of its own: its connections break while it is in the middle of things.
  env = await startTestEnv({ processes: true, tiers: ["web"] });
});
afterAll(() => env?.[Symbol.asyncDispose]());

test("whenever the database goes, requests are told that it is away, and nothing else", async () => {
  const ida = await signedUp(env, "ida");
  const { slug } = await announceOne(env, ida, await newFormToken(ida));
  const path = `/photos/${slug}`;
  const look = async () => (await ida.get(path)).status;
  const seen = new Set<number>();
  for (let time = 0; time < 30; time++) {
    const going = Array.from({ length: 6 }, look);
    await env.stop("database");
    going.push(look());
    for (const status of await Promise.all(going)) seen.add(status);
    await env.resume("database");
    expect(await look()).toBe(200);
  }
  expect([...seen].filter((status) => status !== 200)).toEqual([503]);
});

test("who tries to sign in while the database is away is not locked out afterwards", async () => {
  const bea = await signedUp(env, "bea");
  await bea.post("/sign-out");
  await env.stop("database");
  const words = { login: "bea", password: DEMO_PASSWORD };
  for (let time = 0; time < 12; time++)
    expect((await bea.post("/sign-in", words)).status).toBe(503);
  await env.resume("database");
  expect((await bea.post("/sign-in", words)).status).toBe(303);
}, 60_000);

test("a database that vanishes without a word is taken for away, and leaves no connection behind that waits for it", async () => {
  using freezer = await openFreezer(env.environment["RDS_PORT"] ?? "");
  const config = readDatabaseConfig({ ...env.environment, RDS_PORT: freezer.port });
  await using db = connectDatabase(config, { silenceMs: 500 });
  // As many as there are connections.
  const ask = () => Promise.all(Array.from({ length: 10 }, () => readGalleryVersion(db)));
  await ask();
  freezer.freeze(true);
  await expect(ask()).rejects.toSatisfy(isDatabaseAway);
  freezer.freeze(false);
  await expect.poll(() => ask().catch(() => [])).toHaveLength(10);
});
