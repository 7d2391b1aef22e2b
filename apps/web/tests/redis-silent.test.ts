import { once } from "node:events";
import { connect, createServer } from "node:net";

import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import { readConfig } from "../src/config.ts";
import { start } from "../src/start.ts";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv({ tiers: [] });
});
afterAll(() => env?.[Symbol.asyncDispose]());

/** Before a Redis that can freeze: connections stay and are still accepted, and nothing is answered on any. */
async function openFreezer(url: string) {
  let frozen = false;
  const { port } = new URL(url);
  const server = createServer((socket) => {
    const target = connect(Number(port), "127.0.0.1");
    socket.on("data", (bytes) => frozen || target.write(bytes));
    target.on("data", (bytes) => frozen || socket.write(bytes));
    for (const [one, other] of [
      [socket, target],
      [target, socket],
    ] as const) {
      one.on("error", () => {});
      one.once("close", () => other.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const through = new URL(url);
  through.port = String(typeof address === "object" && address ? address.port : 0);
  return {
    url: through.href,
    freeze: (is: boolean) => (frozen = is),
    [Symbol.dispose]: () => void server.close(),
  };
}

test("a Redis that freezes keeps nobody waiting: people are shown as visitors, and are back when it is", async () => {
  using redis = await openFreezer(env.environment["REDIS_URL"] ?? "");
  await using web = await start(
    readConfig({ ...env.environment, REDIS_URL: redis.url, PORT: "0", INSTANCE_ID: "web-1" }),
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
