import {
  insertPushSubscription,
  transaction,
  type Database,
  type DatabaseConnection,
} from "@tendril/database";
import type { PushDevice, TestEnv } from "@tendril/dev-env";
import { connectQueues, createDispatcher, createOutbox, postPushes } from "@tendril/jobs";
import { createLogger, systemClock } from "@tendril/runtime";
import { z } from "zod";

import { rows } from "./_uploads.ts";

const idRow = z.object({ id: z.number() });

export async function personIn(env: TestEnv, db: DatabaseConnection, name: string) {
  await env.client().signUp(name);
  const sql = "SELECT id FROM users WHERE username = :name";
  const [user] = await rows(db, idRow, sql, { name });
  return user?.id ?? 0;
}

/** Somebody follows that person, who was not told yet; answers the notification's id. */
export async function newNotification(
  db: DatabaseConnection,
  userId: number,
  actorId: number = userId,
): Promise<number> {
  const sql = `INSERT INTO notifications (user_id, kind, group_key, actor_id, count, first_at, last_at)
                VALUES (:userId, 'follow', UUID(), :actorId, 1, NOW(3), NOW(3))`;
  await db.sequelize.query(sql, { replacements: { userId, actorId } });
  const [row] = await rows(db, idRow, "SELECT MAX(id) AS id FROM notifications");
  return row?.id ?? 0;
}

/** A browser of that person, as the web tier would have noted it. */
export async function newBrowser(
  env: TestEnv,
  db: Database,
  userId: number,
): Promise<{ id: number; device: PushDevice }> {
  const device = env.space.push.subscribe(env.environment["VAPID_PUBLIC_KEY"] ?? "");
  const id = await subscribeTo(db, userId, device);
  return { id, device };
}

export async function subscribeTo(
  db: Database,
  userId: number,
  { subscription }: PushDevice,
  endpoint = subscription.endpoint,
): Promise<number> {
  const browser = { browser: "Firefox on Linux", createdAt: new Date() };
  const row = { userId, endpoint, ...subscription.keys, ...browser };
  const id = await insertPushSubscription(db, row);
  if (id === null) throw new Error("This browser is subscribed already");
  return id;
}

/** What follows from a notification, committed and sent. */
export async function tell(
  env: TestEnv,
  db: Database,
  pushes: readonly { userId: number; notificationId: number; event: string }[],
): Promise<void> {
  const region = env.environment["AWS_REGION"] ?? "";
  const logger = createLogger({ level: "silent", tier: "worker", instance: "test" });
  using queues = connectQueues({ region, prefix: env.space.name });
  await using dispatcher = createDispatcher({ db, queues, clock: systemClock, logger });
  const outbox = createOutbox(dispatcher, systemClock);
  await transaction(db, async (tx) => {
    for (const push of pushes) await postPushes(outbox, tx, { ...push, trace: "test" });
  });
}

const pushRow = z.object({ id: z.number(), status: z.string(), error: z.string().nullable() });

export const pushesTo = (db: DatabaseConnection, subscriptionId: number) =>
  rows(
    db,
    pushRow,
    "SELECT id, status, error FROM push_messages WHERE subscription_id = :subscriptionId ORDER BY id",
    { subscriptionId },
  );

/** Fails where there is none, or several. */
export async function onlyPush(db: DatabaseConnection, subscriptionId: number) {
  const [push, ...others] = await pushesTo(db, subscriptionId);
  if (!push || others.length > 0) throw new Error("There is not one push");
  return push;
}

const jobRow = z.object({
  id: z.string(),
  state: z.string(),
  attempts: z.number(),
  run_at: z.date(),
});

export const jobsOfPush = (db: DatabaseConnection, pushId: number) =>
  rows(
    db,
    jobRow,
    "SELECT id, state, attempts, run_at FROM jobs WHERE name = 'send-push' AND payload = :payload ORDER BY id",
    { payload: JSON.stringify({ pushId }) },
  );

export async function isSubscribed(db: DatabaseConnection, id: number): Promise<boolean> {
  const found = await rows(db, idRow, "SELECT id FROM push_subscriptions WHERE id = :id", { id });
  return found.length === 1;
}
