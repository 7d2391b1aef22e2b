import { markRead } from "@tendril/database";
import { minutes, seconds } from "@tendril/runtime";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { openCast, type Cast } from "./_notifications.ts";

let cast: Cast;
let worker: AsyncDisposable;
let people = 0;
let [ida, photo] = [0, 0];

beforeAll(async () => {
  cast = await openCast();
  worker = await cast.worker();
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await cast?.[Symbol.asyncDispose]();
});

const fan = () => cast.person(`fan-${people++}`);

beforeEach(async () => {
  ida = await cast.person(`ida-${people++}`);
  photo = await cast.photo(ida, { status: "ready" });
  await cast.want(ida, "like", "mail", true);
  await cast.browser(ida);
});

/** Somebody likes the photo, and it is counted. */
async function like(): Promise<void> {
  await cast.like(ida, await fan(), photo);
  await cast.settle();
}

const only = async () => {
  const all = await cast.notificationsOf(ida);
  expect(all).toHaveLength(1);
  return all[0];
};
/** However often it was told: by mail as often as by push. */
async function mails(): Promise<number> {
  const { length } = await cast.mailsOf(ida);
  expect(await cast.pushesTo(ida)).toBe(length);
  return length;
}

const read = async () => {
  const seen = (await cast.notificationsOf(ida)).map(({ id, count }) => ({ id, count }));
  await markRead(cast.db, ida, seen, cast.clock.now());
};

test("events are counted at once, and told two minutes after the last one", async () => {
  await like();
  expect(await only()).toMatchObject({ kind: "like", count: 1, telling: 0, photo_id: photo });
  await cast.pass(seconds(100));
  await like();
  await cast.pass(seconds(100));
  expect(await mails()).toBe(0);
  expect(await only()).toMatchObject({ count: 2, telling: 0 });
  await cast.pass(seconds(25));
  expect(await only()).toMatchObject({ count: 2, telling: 1, window_from: null });
  const [mail] = await cast.mailsOf(ida);
  const { id } = (await only()) ?? {};
  expect(mail?.event).toBe(`notification:${id}:1`);
  expect(JSON.parse(mail?.about ?? "")).toMatchObject({ notificationId: id });
});

test("a window that never gets quiet closes after half an hour", async () => {
  for (let event = 0; event < 16; event++) {
    await like();
    await cast.pass(seconds(110));
  }
  expect(await mails()).toBe(0);
  await like();
  await cast.pass(seconds(41));
  expect(await only()).toMatchObject({ count: 17, telling: 1 });
  expect(await mails()).toBe(1);
}, 120_000);

test("for an hour after it was told further events are only counted; then the next window opens", async () => {
  await like();
  await cast.pass(minutes(2) + seconds(1));
  expect(await mails()).toBe(1);
  await cast.pass(minutes(57));
  await like();
  await cast.pass(minutes(2) + seconds(1));
  expect(await only()).toMatchObject({ count: 2, telling: 1, window_from: null });
  expect(await mails()).toBe(1);

  await cast.pass(minutes(2));
  await like();
  await cast.pass(minutes(2) + seconds(1));
  expect(await only()).toMatchObject({ count: 3, telling: 2 });
  expect((await cast.mailsOf(ida)).map(({ event }) => event.split(":").at(-1))).toEqual(["1", "2"]);
});

test("what was read before its window closed is neither mailed nor pushed", async () => {
  await like();
  await read();
  await cast.pass(minutes(3));
  expect(await only()).toMatchObject({ telling: 0, window_from: null });
  expect(await mails()).toBe(0);
});

test("what comes after one has read is a new notification, told by itself", async () => {
  await like();
  await cast.pass(minutes(3));
  await read();
  await like();
  const all = await cast.notificationsOf(ida);
  expect(all.map(({ count, read_at }) => ({ count, read: read_at !== null }))).toEqual([
    { count: 1, read: true },
    { count: 1, read: false },
  ]);
  await cast.pass(minutes(3));
  expect(await mails()).toBe(2);
});

test("whoever saw fewer events than there are has not read the others", async () => {
  await like();
  const seen = (await cast.notificationsOf(ida)).map(({ id, count }) => ({ id, count }));
  await like();
  await markRead(cast.db, ida, seen, cast.clock.now());
  expect(await only()).toMatchObject({ count: 2, read_at: null });
});

test("a window that lost the job which closes it gets a new one with the next event", async () => {
  await like();
  await cast.db.sequelize.query(
    "DELETE FROM jobs WHERE name = 'tell-notification' AND state = 'queued'",
  );
  await cast.pass(minutes(61));
  expect(await only()).toMatchObject({ telling: 0 });
  await like();
  await cast.pass(minutes(3));
  expect(await only()).toMatchObject({ count: 2, telling: 1 });
  expect(await mails()).toBe(1);
});

test("a person's own wish goes before what holds for all; without a confirmed address there is no mail", async () => {
  await cast.want(ida, "like", "mail", false);
  await cast.want(ida, "like", "push", false);
  await like();
  const quiet = ida;
  ida = await cast.person(`unproven-${people++}`, { verified: false });
  photo = await cast.photo(ida, { status: "ready" });
  await cast.want(ida, "like", "mail", true);
  await like();
  await cast.pass(minutes(3));
  expect(await only()).toMatchObject({ telling: 1 });
  expect(await cast.mailsOf(ida)).toEqual([]);
  expect(await cast.mailsOf(quiet)).toEqual([]);
  expect(await cast.pushesTo(quiet)).toBe(0);
});

test("nobody is told of what they did themselves, or people who are gone, or about what is gone", async () => {
  const suspended = await cast.person(`suspended-${people++}`, { suspended: true });
  const removed = await cast.photo(ida, { status: "ready" });
  await cast.db.sequelize.query("UPDATE photos SET removed_at = NOW(3) WHERE id = :removed", {
    replacements: { removed },
  });
  await cast.like(ida, ida, photo);
  await cast.like(ida, suspended, photo);
  await cast.like(suspended, ida, photo);
  await cast.like(ida, await fan(), removed);
  await cast.settle();
  expect(await cast.notificationsOf(ida)).toEqual([]);
  expect(await cast.notificationsOf(suspended)).toEqual([]);
});

test("events at once are all counted, in one notification with one job to tell of it", async () => {
  const fans: number[] = [];
  for (let index = 0; index < 60; index++) fans.push(await fan());
  await cast.send(
    "notify-person",
    fans.map((actorId) => ({
      userId: ida,
      kind: "like" as const,
      groupKey: `like:${photo}`,
      actorId,
      photoId: photo,
      commentId: null,
    })),
  );
  await cast.settle();
  const notification = await only();
  expect(notification).toMatchObject({ count: 60 });
  const payload = JSON.stringify({ notificationId: notification?.id });
  expect(
    await cast.count("jobs WHERE name = 'tell-notification' AND payload = :payload", { payload }),
  ).toBe(1);
  await cast.pass(minutes(3));
  expect(await mails()).toBe(1);
});
