import { createServer } from "node:http";

import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { listen } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import webPush from "web-push";
import type { DatabaseConnection } from "@tendril/database";

import { readConfig } from "../src/config.ts";
import { start } from "../src/start.ts";
import { newNotification, personIn, pushesTo, subscribeTo, tell } from "./_pushes.ts";
import { openDatabase } from "./_uploads.ts";

let env: TestEnv;
let db: DatabaseConnection;

beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
  db = openDatabase(env);
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

/** As it is served to the world; everything that it needs happens to be on this machine. */
const served = () => {
  const keys = webPush.generateVAPIDKeys();
  return {
    ...env.environment,
    PUBLIC_URL: "https://tendril.example",
    TOKEN_SECRETS: "0123456789abcdef0123456789abcdef",
    VAPID_PUBLIC_KEY: keys.publicKey,
    VAPID_PRIVATE_KEY: keys.privateKey,
    PORT: "0",
    INSTANCE_ID: "worker-1",
  };
};

test("outside development no endpoint that points inwards is called, however it came into the table", async () => {
  let calls = 0;
  const server = createServer((_, response) => {
    calls += 1;
    response.writeHead(201).end();
  });
  server.on("connection", () => {
    calls += 1;
  });
  await using listening = await listen(server, 0);
  const userId = await personIn(env, db, "mallory");
  const device = env.space.push.subscribe(env.environment["VAPID_PUBLIC_KEY"] ?? "");
  const ids: number[] = [];
  for (const endpoint of [
    device.subscription.endpoint,
    `http://127.0.0.1:${listening.port}/x`,
    `https://127.0.0.1:${listening.port}/x`,
    `https://localhost:${listening.port}/x`,
    "https://127.0.0.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "https://[fd00:ec2::254]/x",
    "https://10.0.0.1/x",
    "https://redis/x",
  ])
    ids.push(await subscribeTo(db, userId, device, endpoint));
  const notificationId = await newNotification(db, userId);
  await tell(env, db, [{ userId, notificationId, event: `notification:${notificationId}:1` }]);
  await using _worker = await start(readConfig(served()));
  await env.drain();
  for (const id of ids)
    expect(await pushesTo(db, id)).toMatchObject([
      { status: "refused", error: expect.stringContaining("The endpoint") },
    ]);
  expect([calls, device.calls]).toEqual([0, 0]);
});

test("keys of development are refused under https, and half a set is refused everywhere", () => {
  const { VAPID_PUBLIC_KEY = "", VAPID_PRIVATE_KEY = "" } = env.environment;
  expect(() => readConfig({ ...served(), VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY })).toThrow(
    /VAPID_PUBLIC_KEY: needs real keys/,
  );
  expect(() => readConfig({ ...served(), VAPID_PRIVATE_KEY })).toThrow(
    /VAPID_PRIVATE_KEY: does not belong/,
  );
  expect(() => readConfig({ ...env.environment, VAPID_SUBJECT: "" })).toThrow(
    /VAPID_SUBJECT: is missing/,
  );
});
