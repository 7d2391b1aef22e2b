import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import { promote, signUpOperator } from "./_ops.ts";
import { query } from "./_social.ts";

let env: TestEnv;
let operator: Client;
let member: Client;

beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
  operator = await signUpOperator(env, "olga");
  member = env.client();
  await member.signUp("mira");
  // What is said once after signing up is said here.
  await member.get("/");
});
afterAll(() => env?.[Symbol.asyncDispose]());

const desks = ["/ops", "/ops/", "/OPS/history", "/ops/history", "/ops/no-such-desk"];

/** Without what differs between any two requests. */
async function answer(client: Client, path: string) {
  const { status, headers, text } = await client.get(path);
  const words = text.replaceAll(/<code>[^<]*<\/code>/g, "").replaceAll(path, "");
  const told = ["cache-control", "vary", "content-type", "location", "set-cookie"];
  return { status, headers: told.map((name) => headers.get(name)), words };
}

test.each([
  ["a visitor", () => env.client()],
  ["a member", () => member],
])("for %s the pages are like any page that does not exist", async (_, client) => {
  const nothing = await answer(client(), "/no-such-page");
  expect(nothing.status).toBe(404);
  for (const path of desks) expect([path, await answer(client(), path)]).toEqual([path, nothing]);
  for (const path of ["/ops", "/ops/history", "/ops/letters/1/drop"])
    expect((await client().post(path, { reason: "none" })).status).toBe(404);
  expect((await client().get("/")).text).not.toContain('href="/ops');
});

test("for an operator they are there, and no cache keeps them", async () => {
  const page = await operator.get("/ops/history");
  expect(page.status).toBe(200);
  expect(page.headers.get("cache-control")).toBe("private, no-store");
  expect((await operator.get("/")).text).toContain('href="/ops');
  expect((await operator.get("/ops/no-such-desk")).status).toBe(404);
});

test("whoever is promoted or let go notices without signing in again", async () => {
  const client = env.client();
  await client.signUp("nadia");
  expect((await client.get("/ops/history")).status).toBe(404);
  await promote(env, "nadia");
  expect((await client.get("/ops/history")).status).toBe(200);
  await query(env, "UPDATE users SET suspended_at = NOW(3) WHERE username = 'nadia'");
  expect((await client.get("/ops/history")).status).toBe(404);
});

test("a form of another site is refused", async () => {
  const page = await operator.post("/ops/history", {}, { "sec-fetch-site": "cross-site" });
  expect(page.status).toBe(403);
});

test("while Redis is away nobody is known, and there are no pages for operators", async () => {
  await env.stop("redis");
  try {
    const page = await operator.get("/ops/history");
    expect(page.status).toBe(404);
    expect(page.text).toContain("Sign-in is away");
  } finally {
    await env.resume("redis");
  }
  await expect.poll(async () => (await operator.get("/ops/history")).status).toBe(200);
});
