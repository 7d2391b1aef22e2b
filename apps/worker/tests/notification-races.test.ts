import {
  lockNotification,
  markRead,
  markTold,
  transaction,
  type Database,
} from "@tendril/database";
import { minutes } from "@tendril/runtime";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { countEventFor } from "../src/count-event.ts";
import { openCast, type Cast } from "./_notifications.ts";

let cast: Cast;
let worker: AsyncDisposable;
let people = 0;
let [ida, fan, photo, id] = [0, 0, 0, 0];

beforeAll(async () => {
  cast = await openCast();
  worker = await cast.worker();
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await cast?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  ida = await cast.person(`ida-${people++}`);
  fan = await cast.person(`fan-${people++}`);
  photo = await cast.photo(ida, { status: "ready" });
  await cast.want(ida, "like", "mail", true);
  await cast.like(ida, fan, photo);
  await cast.settle();
  id = (await cast.notificationsOf(ida))[0]?.id ?? 0;
});

const running = (name: string) =>
  cast.count("jobs WHERE state = 'running' AND name = :name", { name });
const mails = async () => (await cast.mailsOf(ida)).length;

/** Holds the notification while a job of that name comes to it, and lets go of it after that. */
async function meanwhile(
  name: "notify-person" | "tell-notification",
  hold: (tx: Database) => Promise<unknown>,
): Promise<void> {
  await transaction(cast.db, async (tx) => {
    await hold(tx);
    if (name === "notify-person") await cast.like(ida, fan, photo);
    else cast.later(minutes(2));
    await expect.poll(() => running(name)).toBe(1);
  });
  await cast.settle();
}

test("an event that comes while its notification is being read is not read with it", async () => {
  await meanwhile("notify-person", (tx) => markRead(tx, ida, [{ id, count: 1 }], cast.clock.now()));
  const all = await cast.notificationsOf(ida);
  expect(all.map(({ count, read_at }) => ({ count, read: read_at !== null }))).toEqual([
    { count: 1, read: true },
    { count: 1, read: false },
  ]);
  cast.later(minutes(3));
  await cast.settle();
  expect((await cast.mailsOf(ida)).map(({ event }) => event)).toEqual([
    `notification:${all[1]?.id}:1`,
  ]);
});

test("an event that comes while its notification is being told is counted for the next time", async () => {
  await meanwhile("notify-person", async (tx) => {
    await lockNotification(tx, id);
    await markTold(tx, id, cast.clock.now());
  });
  expect(await cast.notificationsOf(ida)).toMatchObject([
    { count: 2, telling: 1, window_from: null },
  ]);
  expect(await mails()).toBe(0);
});

test("a window waits for the event that is just being counted, and tells it too", async () => {
  const event = {
    kind: "like" as const,
    groupKey: `like:${photo}`,
    actorId: fan,
    photoId: photo,
    commentId: null,
    count: 1,
  };
  // As the worker does it, only slower: the window's time is over before this is committed.
  const outbox = { enqueue: async () => null, enqueueAll: async () => 0, sendAgain: () => {} };
  const later = { now: () => new Date(cast.clock.now().getTime() + minutes(1)) };
  await meanwhile("tell-notification", (tx) =>
    countEventFor({ outbox, clock: later }, tx, [ida], { ...event, firstAt: later.now() }, "test"),
  );
  expect(await cast.notificationsOf(ida)).toMatchObject([{ count: 2, telling: 0 }]);
  expect(await mails()).toBe(0);
  cast.later(minutes(2));
  await cast.settle();
  expect(await cast.notificationsOf(ida)).toMatchObject([{ count: 2, telling: 1 }]);
  expect(await mails()).toBe(1);
});

test("what is read while its window closes is told once or not at all, and never again", async () => {
  await meanwhile("tell-notification", (tx) =>
    markRead(tx, ida, [{ id, count: 1 }], cast.clock.now()),
  );
  expect(await cast.notificationsOf(ida)).toMatchObject([{ telling: 0, window_from: null }]);
  expect(await mails()).toBe(0);
});
