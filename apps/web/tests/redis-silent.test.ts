import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import { readConfig } from "../src/config.ts";
import { start } from "../src/start.ts";
import { openFreezer } from "./_freezer.ts";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv({ tiers: [] });
});
afterAll(() => env?.[Symbol.asyncDispose]());

test("a Redis that freezes keeps nobody waiting: people are shown as visitors, and are back when it is", async () => {
  const url = new URL(env.environment["REDIS_URL"] ?? "");
  using redis = await openFreezer(url.port);
  url.port = redis.port;
  await using web = await start(
    readConfig({ ...env.environment, REDIS_URL: url.href, PORT: "0", INSTANCE_ID: "web-1" }),
  );
  const anna = env.client();
  const front = () => anna.get(`${web.url}/`);
  const signedUp = await anna.post(`${web.url}/sign-up`, {
    username: "anna",
    email: "anna@example.org",
    password: "tendril-demo",
  });
  expect(signedUp.status).toBe(303);
  expect((await front()).text).toContain('action="/sign-out"');

  redis.freeze(true);
  const meanwhile = await front();
  expect([meanwhile.status, meanwhile.text]).toEqual([
    200,
    expect.stringContaining("You are still signed in"),
  ]);

  redis.freeze(false);
  await expect.poll(async () => (await front()).text).toContain('action="/sign-out"');
});
