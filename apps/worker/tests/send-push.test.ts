import type { DatabaseConnection } from "@tendril/database";
import { startTestEnv, type PushDevice, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { enqueue } from "./_jobs.ts";
import {
  isSubscribed,
  jobsOfPush,
  newBrowser,
  newNotification,
  onlyPush,
  personIn,
  pushesTo,
  tell,
} from "./_pushes.ts";
import { openDatabase } from "./_uploads.ts";

let env: TestEnv;
let db: DatabaseConnection;

beforeAll(async () => {
  env = await startTestEnv();
  db = openDatabase(env);
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

const run = (sql: string, replacements: Record<string, unknown>) =>
  db.sequelize.query(sql, { replacements });

let people = 0;
/** A person with one browser, and something to be told about. */
async function subscriber() {
  const name = `subscriber-${++people}`;
  const userId = await personIn(env, db, name);
  const { id, device } = await newBrowser(env, db, userId);
  const notificationId = await newNotification(db, userId);
  const event = `notification:${notificationId}:1`;
  return { name, userId, id, device, notificationId, push: { userId, notificationId, event } };
}

const texts = (device: PushDevice) => device.received.map(({ text }) => text);
/** What waits for its next attempt has it now. */
const hurry = (pushId: number) =>
  run("UPDATE jobs SET run_at = UTC_TIMESTAMP(3) WHERE payload = :payload AND state = 'queued'", {
    payload: JSON.stringify({ pushId }),
  });

test("a push arrives, sealed for the one browser, signed by us", async () => {
  const { name, id, device, notificationId, push } = await subscriber();
  await tell(env, db, [push]);
  await env.drain();
  const [arrived, ...others] = device.received;
  expect(others).toEqual([]);
  expect(JSON.parse(arrived?.text ?? "")).toEqual({
    title: `${name} follows you`,
    text: "",
    path: `/@${name}`,
    tag: `notification-${notificationId}`,
  });
  expect(arrived).toMatchObject({
    urgency: "normal",
    topic: `notification-${notificationId}`,
    subject: "mailto:operators@tendril.example",
  });
  expect(arrived?.ttl).toBeGreaterThan(86_000);
  expect(arrived?.ttl).toBeLessThanOrEqual(86_400);
  const { status, error, id: pushId } = await onlyPush(db, id);
  expect([status, error]).toEqual(["sent", null]);
  expect(await jobsOfPush(db, pushId)).toMatchObject([{ state: "done", attempts: 1 }]);
});

test("each browser gets it once, whatever is repeated", async () => {
  const { userId, id, device, push } = await subscriber();
  const other = await newBrowser(env, db, userId);
  await tell(env, db, [push, push]);
  await tell(env, db, [push]);
  const pushes = [...(await pushesTo(db, id)), ...(await pushesTo(db, other.id))];
  expect(pushes).toHaveLength(2);
  const again = pushes.flatMap(({ id }) => [{ pushId: id }, { pushId: id }]);
  await enqueue(env, db, "send-push", again);
  await env.drain();
  await enqueue(env, db, "send-push", again);
  await env.drain();
  expect([device.calls, other.device.calls]).toEqual([1, 1]);
});

describe("nobody is bothered with", () => {
  test("what was read meanwhile", async () => {
    const { id, device, notificationId, push } = await subscriber();
    await run("UPDATE notifications SET read_at = NOW(3) WHERE id = :notificationId", {
      notificationId,
    });
    await tell(env, db, [push]);
    await env.drain();
    expect([device.calls, (await onlyPush(db, id)).status]).toEqual([0, "skipped"]);
  });

  test("what is a day old", async () => {
    const { id, device, push } = await subscriber();
    await env.worker.stop();
    await tell(env, db, [push]);
    await run("UPDATE push_messages SET created_at = NOW(3) - INTERVAL 25 HOUR WHERE id = :id", {
      id: (await onlyPush(db, id)).id,
    });
    await env.worker.start();
    await env.drain();
    expect([device.calls, (await onlyPush(db, id)).status]).toEqual([0, "skipped"]);
  });

  test("anything after their account was suspended", async () => {
    const { userId, id, device, push } = await subscriber();
    await run("UPDATE users SET suspended_at = NOW(3) WHERE id = :userId", { userId });
    await tell(env, db, [push]);
    await env.drain();
    expect([device.calls, (await onlyPush(db, id)).status]).toEqual([0, "skipped"]);
  });

  test("what was for another person who used this browser before", async () => {
    const { id, device, push } = await subscriber();
    const next = await subscriber();
    await env.worker.stop();
    await tell(env, db, [push]);
    await run("UPDATE push_subscriptions SET user_id = :userId WHERE id = :id", {
      userId: next.userId,
      id,
    });
    await env.worker.start();
    await env.drain();
    expect([device.calls, (await onlyPush(db, id)).status]).toEqual([0, "gone"]);
  });
});

test.each([404, 410])("a browser that is gone (%i) is forgotten", async (status) => {
  const { id, device, push } = await subscriber();
  device.answerWith((_, response) => void response.writeHead(status).end());
  await tell(env, db, [push]);
  await env.drain();
  expect((await onlyPush(db, id)).status).toBe("gone");
  expect(await isSubscribed(db, id)).toBe(false);
});

test.each([400, 413, 302])("what is refused (%i) is not tried again", async (status) => {
  const { id, device, push } = await subscriber();
  device.answerWith((_, response) => {
    response.writeHead(status, { location: `${env.url}/health` }).end("No");
  });
  await tell(env, db, [push]);
  await env.drain();
  const refused = await onlyPush(db, id);
  expect(refused).toMatchObject({ status: "refused", error: expect.stringContaining("No") });
  expect(await jobsOfPush(db, refused.id)).toMatchObject([{ state: "done", attempts: 1 }]);
  expect([device.calls, await isSubscribed(db, id)]).toEqual([1, true]);
});

test("a push service that is busy is asked again when it said, and then the push arrives once", async () => {
  const { id, device, push } = await subscriber();
  device.answerWith((_, response) => {
    response.writeHead(429, { "retry-after": "200" }).end("Later");
  });
  await tell(env, db, [push]);
  await expect.poll(async () => (await onlyPush(db, id)).error).toContain("429");
  const { id: pushId, status } = await onlyPush(db, id);
  expect(status).toBe("waiting");
  const waiting = async () => (await jobsOfPush(db, pushId))[0];
  await expect.poll(waiting).toMatchObject({ state: "queued", attempts: 1 });
  const inMs = Number((await waiting())?.run_at) - Date.now();
  expect(inMs).toBeGreaterThan(150_000);
  expect(inMs).toBeLessThanOrEqual(200_000);

  device.answerWith(undefined);
  await hurry(pushId);
  await expect.poll(() => texts(device).length, { timeout: 20_000 }).toBe(1);
  await env.drain();
  expect(await onlyPush(db, id)).toMatchObject({ status: "sent", error: null });
  expect(await jobsOfPush(db, pushId)).toMatchObject([{ state: "done", attempts: 2 }]);
});

test("where no push ever got through, giving up means forgetting the browser, with a letter", async () => {
  const { id, device, push } = await subscriber();
  device.answerWith((_, response) => void response.writeHead(503).end());
  await tell(env, db, [push]);
  await expect.poll(async () => (await onlyPush(db, id)).error).toContain("503");
  const { id: pushId } = await onlyPush(db, id);
  await expect
    .poll(async () => (await jobsOfPush(db, pushId))[0])
    .toMatchObject({ state: "queued", attempts: 1 });
  const payload = JSON.stringify({ pushId });
  await run("UPDATE jobs SET attempts = 12 WHERE payload = :payload", { payload });
  await hurry(pushId);
  await expect
    .poll(async () => (await jobsOfPush(db, pushId))[0], { timeout: 20_000 })
    .toMatchObject({ state: "dead", attempts: 13 });
  expect(await isSubscribed(db, id)).toBe(false);
});

test("a push whose call was broken off is not repeated, and operators can see it", async () => {
  const { id, device, push } = await subscriber();
  await env.worker.stop();
  await tell(env, db, [push]);
  const { id: pushId } = await onlyPush(db, id);
  await run("UPDATE push_messages SET status = 'sending' WHERE id = :pushId", { pushId });
  await env.worker.start();
  await env.drain();
  expect(await onlyPush(db, id)).toMatchObject({ status: "unknown", error: expect.any(String) });
  expect(device.calls).toBe(0);
});

test("a service that takes the push and breaks off leaves it unknown, and is not asked again", async () => {
  const { id, device, push } = await subscriber();
  device.answerWith((request) => void request.on("data", () => request.socket.destroy()));
  await tell(env, db, [push]);
  await env.drain();
  expect((await onlyPush(db, id)).status).toBe("unknown");
  expect(device.calls).toBe(1);
});

test("a push service that hangs holds up no other", { timeout: 60_000 }, async () => {
  const { userId, id, device: well, push } = await subscriber();
  const hanging = await newBrowser(env, db, userId);
  // Another host, for whoever counts by names.
  await run(
    "UPDATE push_subscriptions SET endpoint = REPLACE(endpoint, '127.0.0.1', 'localhost') WHERE id = :id",
    { id: hanging.id },
  );
  hanging.device.answerWith((request) => void request.resume());
  const many = [];
  for (let n = 0; n < 30; n++) {
    const notificationId = await newNotification(db, userId);
    many.push({ userId, notificationId, event: `notification:${notificationId}:1` });
  }
  const began = performance.now();
  await tell(env, db, [...many, push]);
  await expect.poll(() => well.received.length, { timeout: 25_000 }).toBe(31);
  const tookMs = performance.now() - began;
  expect(hanging.device.calls).toBeLessThanOrEqual(6 + 6 * Math.floor(tookMs / 10_000));
  expect(hanging.device.calls).toBeGreaterThan(0);
  expect((await pushesTo(db, id)).every(({ status }) => status !== "unknown")).toBe(true);
  await run("DELETE FROM push_subscriptions WHERE id = :id", { id: hanging.id });
});
