import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import {
  insertPushSubscription,
  setPreference,
  type Channel,
  type NotificationKind,
} from "@tendril/database";
import { until } from "@tendril/dev-env";
import { queueNames, relayOnce } from "@tendril/jobs";
import { randomKey, repeat } from "@tendril/runtime";
import { z } from "zod";

import type { Overrides } from "../src/engine.ts";
import { bodyOf, openCrew, type Crew } from "./_crew.ts";
import { rows } from "./_uploads.ts";

const id = z.object({ id: z.number() });
const number = z.object({ number: z.coerce.number() });

const notification = z.object({
  id: z.number(),
  kind: z.string(),
  group_key: z.string(),
  count: z.number(),
  telling: z.number(),
  window_from: z.date().nullable(),
  read_at: z.date().nullable(),
  photo_id: z.number().nullable(),
});
export type StoredNotification = z.output<typeof notification>;

const mail = z.object({ event: z.string(), recipient: z.string(), about: z.string() });

export type Cast = Crew & {
  person(name: string, more?: { verified?: boolean; suspended?: boolean }): Promise<number>;
  follow(follower: number, followee: number): Promise<void>;
  /** A row as it is before the worker publishes it. */
  photo(
    userId: number,
    more?: { visibility?: "public" | "link"; status?: string },
  ): Promise<number>;
  /** One that takes pushes. */
  browser(userId: number): Promise<number>;
  want(userId: number, kind: NotificationKind, channel: Channel, wanted: boolean): Promise<void>;
  like(recipient: number, actor: number, photo: number): Promise<void>;
  notificationsOf(userId: number): Promise<StoredNotification[]>;
  mailsOf(userId: number): Promise<z.output<typeof mail>[]>;
  pushesTo(userId: number): Promise<number>;
  count(sql: string, values?: Record<string, unknown>): Promise<number>;
  /** Resolves when no job is due any more, by the clock of the test. */
  settle(timeout?: number): Promise<unknown>;
  /** Moves the clock, and settles what is due by then. */
  pass(ms: number): Promise<void>;
};

/** How mails and pushes are sent is another matter: that they were written is what counts here. */
const unsent: Overrides["handlers"] = {
  "send-email": { run: async () => ({ state: "done" }) },
  "send-push": { run: async () => ({ state: "done" }) },
};

/** In SQL written by hand Sequelize would leave out the milliseconds. */
const exact = (time: Date) => time.toISOString().replace("T", " ").replace("Z", "");

export async function openCast(): Promise<Cast> {
  const crew = await openCrew();
  const { db, clock } = crew;
  const insert = async (table: string, given: Record<string, unknown>) => {
    const values = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [
        name,
        value instanceof Date ? exact(value) : value,
      ]),
    );
    const columns = Object.keys(values);
    await db.sequelize.query(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map((name) => `:${name}`).join(", ")})`,
      { replacements: values },
    );
  };
  const newest = async (table: string) =>
    (await rows(db, id, `SELECT MAX(id) AS id FROM ${table}`))[0]?.id ?? 0;
  const count: Cast["count"] = async (sql, values = {}) =>
    (await rows(db, number, `SELECT COUNT(*) AS number FROM ${sql}`, values))[0]?.number ?? 0;
  const settle: Cast["settle"] = (timeout = 60_000) =>
    until(
      async () =>
        // What follows from a job that ends while this is asked is due a moment after `now`.
        (await count("jobs WHERE state IN ('queued', 'running') AND run_at <= :soon", {
          soon: exact(new Date(clock.now().getTime() + 500)),
        })) === 0 || undefined,
      { timeout, failure: () => `Jobs are still due after ${timeout} ms` },
    );

  return {
    ...crew,
    [Symbol.asyncDispose]: () => crew[Symbol.asyncDispose](),
    worker: (overrides = {}, instance) =>
      crew.worker({ ...overrides, handlers: { ...unsent, ...overrides.handlers } }, instance),
    async person(name, { verified = true, suspended = false } = {}) {
      await insert("users", {
        username: name,
        email: `${name}@example.com`,
        password_hash: "none",
        display_name: name,
        email_verified_at: verified ? clock.now() : null,
        suspended_at: suspended ? clock.now() : null,
        created_at: clock.now(),
      });
      return newest("users");
    },
    follow: (follower, followee) =>
      insert("follows", {
        follower_id: follower,
        followee_id: followee,
        created_at: clock.now(),
      }),
    async photo(userId, { visibility = "public", status = "processing" } = {}) {
      await insert("photos", {
        slug: randomKey(96),
        user_id: userId,
        status,
        visibility,
        caption: "",
        alt: "",
        credit: "",
        file_name: "a.jpg",
        file_key: randomKey(128),
        form_token: randomKey(96),
        position: 0,
        created_at: clock.now(),
      });
      return newest("photos");
    },
    async browser(userId) {
      const id = await insertPushSubscription(db, {
        userId,
        endpoint: `https://push.example/${randomKey(128)}`,
        p256dh: "none",
        auth: "none",
        browser: "A browser",
        createdAt: clock.now(),
      });
      return id ?? 0;
    },
    want: (userId, kind, channel, wanted) => setPreference(db, userId, kind, channel, wanted),
    async like(userId, actorId, photoId) {
      const about = { kind: "like" as const, groupKey: `like:${photoId}`, commentId: null };
      await crew.send("notify-person", [{ userId, actorId, photoId, ...about }]);
    },
    notificationsOf: (userId) =>
      rows(db, notification, "SELECT * FROM notifications WHERE user_id = :userId ORDER BY id", {
        userId,
      }),
    mailsOf: (userId) =>
      rows(
        db,
        mail,
        "SELECT event, recipient, about FROM email_messages WHERE user_id = :userId AND template = 'notification' ORDER BY id",
        { userId },
      ),
    pushesTo: (userId) => count("push_messages WHERE user_id = :userId", { userId }),
    count,
    settle,
    async pass(ms) {
      crew.later(ms);
      // The worker's relay looks every two seconds, and does not know that the clock was moved.
      await relayOnce(crew);
      await settle();
    },
  };
}

/** From now on each message goes out twice more, as soon as it went out once. */
export function repeatMessages({ db, queues, row }: Crew) {
  const repeated = new Set<string>();
  const job = z.object({ id: z.string(), queue: z.enum(queueNames) });
  const work = async () => {
    const sent = await rows(
      db,
      job,
      "SELECT id, queue FROM jobs WHERE dispatched_at IS NOT NULL ORDER BY id",
    );
    for (const { id, queue } of sent.filter(({ id }) => !repeated.has(id))) {
      const MessageBody = bodyOf(await row(id));
      const Entries = ["a", "b"].map((Id) => ({ Id, MessageBody, MessageGroupId: "again" }));
      const QueueUrl = await queues.url(queue);
      await queues.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      repeated.add(id);
    }
  };
  const failed: unknown[] = [];
  const repetition = repeat(work, { pauseMs: 10, onError: (error) => void failed.push(error) });
  return {
    repeated,
    failed,
    [Symbol.asyncDispose]: () => repetition[Symbol.asyncDispose](),
  };
}
