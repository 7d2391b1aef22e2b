import type { DatabaseConnection } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";

import { jobsOfPush, newBrowser, newNotification, onlyPush, personIn, tell } from "./_pushes.ts";
import { openDatabase } from "./_uploads.ts";

let env: TestEnv;
let db: DatabaseConnection;

beforeAll(async () => {
  env = await startTestEnv({ processes: true });
  db = openDatabase(env);
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

let people = 0;
async function subscriber() {
  const userId = await personIn(env, db, `person-${++people}`);
  const { id, device } = await newBrowser(env, db, userId);
  const notificationId = await newNotification(db, userId);
  const pushes = [{ userId, notificationId, event: `notification:${notificationId}:1` }];
  return { id, device, pushes };
}

/** The lease of the dead worker is over for so long that the next one sends its jobs again at once. */
const outliveLease = () =>
  db.sequelize.query(
    `UPDATE jobs SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE, relay_after = NULL
      WHERE state = 'running'`,
  );

test(
  "a worker killed around the call leaves no second push behind, and one killed before it no lost one",
  { timeout: 120_000 },
  async () => {
    const thinking = await subscriber();
    const taken = await subscriber();
    const untouched = await subscriber();
    const asked = Promise.withResolvers<void>();
    thinking.device.answerWith((request) => {
      request.resume();
      asked.resolve();
    });
    // Here the yes comes, and cannot be noted.
    const answered = Promise.withResolvers<void>();
    taken.device.answerWith(async (request, response) => {
      await asked.promise;
      await env.stop("database");
      response.once("close", () => answered.resolve());
      request.resume();
      response.writeHead(201).end();
    });
    await tell(env, db, [...thinking.pushes, ...taken.pushes]);
    await answered.promise;
    await env.worker.kill();
    await env.resume("database");
    for (const { id } of [thinking, taken]) expect((await onlyPush(db, id)).status).toBe("sending");
    thinking.device.answerWith(undefined);
    taken.device.answerWith(undefined);

    // As a worker leaves a job that was claimed and not begun.
    await tell(env, db, untouched.pushes);
    const { id: pushId } = await onlyPush(db, untouched.id);
    await db.sequelize.query(
      `UPDATE jobs SET state = 'running', attempts = 1, claims = claims + 1, worker = 'worker-0'
        WHERE payload = :payload`,
      { replacements: { payload: JSON.stringify({ pushId }) } },
    );

    await outliveLease();
    await env.worker.start();
    const statusOf = async ({ id }: { id: number }) => (await onlyPush(db, id)).status;
    await expect.poll(() => statusOf(thinking), { timeout: 60_000 }).toBe("unknown");
    await expect.poll(() => statusOf(taken), { timeout: 60_000 }).toBe("unknown");
    await expect.poll(() => statusOf(untouched), { timeout: 60_000 }).toBe("sent");
    const calls = [thinking, taken, untouched].map(({ device }) => device.calls);
    expect([calls, untouched.device.received.length]).toEqual([[1, 1, 1], 1]);
    expect(await jobsOfPush(db, pushId)).toMatchObject([{ state: "done", attempts: 2 }]);
  },
);
