import { findPhotoById, type PhotoRow } from "@tendril/database";
import { minutes, seconds } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import type { Handlers } from "../src/handlers/index.ts";
import { publish } from "../src/publish-photo.ts";
import { openCast, repeatMessages, type Cast } from "./_notifications.ts";
import { rows } from "./_uploads.ts";

const image = {
  width: 60,
  height: 40,
  placeholder: "AAAA",
  contentType: "image/jpeg",
  takenAt: null,
  sha256: "0".repeat(64),
};

/** Photos as an attempt found them that takes its time. */
const found = new Map<number, PhotoRow>();

/** Publishes as the worker does, without a picture. */
const processPhoto: Handlers["process-photo"] = {
  async run(context, { photoId }, { trace }) {
    const photo = found.get(photoId) ?? (await findPhotoById(context.db, photoId));
    if (photo?.status !== "processing") return { state: "skipped" };
    return { state: "done", effects: (tx) => publish(context, tx, photo, image, trace) };
  },
};

let cast: Cast;
let worker: AsyncDisposable;

beforeAll(async () => {
  cast = await openCast();
  worker = await cast.worker({ handlers: { "process-photo": processPhoto } });
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await cast?.[Symbol.asyncDispose]();
});

async function share(userId: number, count: number): Promise<number[]> {
  const photos: number[] = [];
  for (let made = 0; made < count; made++) photos.push(await cast.photo(userId));
  await cast.send(
    "process-photo",
    photos.map((photoId) => ({ photoId })),
  );
  await cast.settle();
  return photos;
}

const announced = () => cast.pass(seconds(15));
const told = () => cast.pass(minutes(2) + seconds(1));

test(
  "ten followers, 500 photos, every message three times: ten notifications, ten mails, ten pushes",
  { timeout: 240_000 },
  async () => {
    await using repeating = repeatMessages(cast);
    const photographer = await cast.person("prolific");
    const followers: number[] = [];
    for (let index = 0; index < 10; index++) {
      const follower = await cast.person(`follower-${index}`);
      await cast.follow(follower, photographer);
      await cast.browser(follower);
      followers.push(follower);
    }
    for (const pause of [minutes(1), minutes(1), minutes(5), minutes(20), minutes(20)]) {
      await share(photographer, 100);
      await announced();
      await cast.pass(pause);
    }
    await told();

    for (const follower of followers) {
      const all = await cast.notificationsOf(follower);
      expect(all).toMatchObject([{ kind: "photos", count: 500, telling: 1, read_at: null }]);
      expect(await cast.mailsOf(follower)).toHaveLength(1);
      expect(await cast.pushesTo(follower)).toBe(1);
    }
    expect(await cast.count("notifications")).toBe(10);
    expect(await cast.count("email_messages")).toBe(10);
    expect(await cast.count("push_messages")).toBe(10);
    expect(await cast.count("jobs WHERE name = 'send-email'")).toBe(10);
    expect(await cast.count("jobs WHERE name = 'send-push'")).toBe(10);
    expect(await cast.notificationsOf(photographer)).toEqual([]);

    const jobs = await cast.count("jobs WHERE dispatched_at IS NOT NULL");
    await expect.poll(() => repeating.repeated.size, { timeout: 30_000 }).toBe(jobs);
    expect(jobs).toBeGreaterThan(520);
    expect(repeating.failed).toEqual([]);
    expect(await cast.count("jobs WHERE state NOT IN ('done') AND run_at <= NOW(3)")).toBe(0);
  },
);

test("a crowd is told page by page, in one statement each", { timeout: 120_000 }, async () => {
  const star = await cast.person("star");
  await cast.db.sequelize.query(
    `INSERT INTO users (username, email, password_hash, display_name, suspended_at, created_at)
      SELECT CONCAT('crowd-', seq), CONCAT('crowd-', seq, '@example.com'), 'none', 'Crowd',
        IF(seq = 7, NOW(3), NULL), NOW(3) FROM seq_1_to_1203`,
  );
  await cast.db.sequelize.query(
    `INSERT INTO follows (follower_id, followee_id, created_at)
      SELECT id, :star, NOW(3) - INTERVAL 1 DAY FROM users WHERE username LIKE 'crowd-%'`,
    { replacements: { star } },
  );
  await share(star, 3);
  await announced();
  const ofStar = "notifications WHERE group_key = :group";
  const group = `photos:${star}`;
  expect(await cast.count(ofStar, { group })).toBe(1202);
  expect(await cast.count(`${ofStar} AND count = 3 AND unread = 1`, { group })).toBe(1202);
  const payload = `%"photographerId":${star},%`;
  expect(
    await cast.count("jobs WHERE name = 'notify-followers' AND payload LIKE :payload", { payload }),
  ).toBe(3);
  const waiting =
    "jobs WHERE name = 'tell-notification' AND state = 'queued' AND dedupe_key IN (SELECT CONCAT('tell:', id) FROM notifications WHERE group_key = :group)";
  expect(await cast.count(waiting, { group })).toBe(1202);
});

test("a photo is announced once, whatever becomes of it; who follows later is not told of it", async () => {
  const mara = await cast.person("mara");
  const early = await cast.person("early");
  await cast.follow(early, mara);
  const [photo = 0] = await share(mara, 1);
  await announced();
  const late = await cast.person("late");
  await cast.follow(late, mara);

  // Made anew, as after narrowing, and public again.
  await cast.db.sequelize.query("UPDATE photos SET status = 'processing' WHERE id = :photo", {
    replacements: { photo },
  });
  await cast.send("process-photo", [{ photoId: photo }]);
  await cast.send("announce-photos", [{ photographerId: mara }]);
  await announced();
  expect(await cast.notificationsOf(early)).toMatchObject([{ count: 1, photo_id: photo }]);
  expect(await cast.notificationsOf(late)).toEqual([]);
});

test("followers hear nothing of photos that only people with the link see", async () => {
  const shy = await cast.person("shy");
  const friend = await cast.person("friend");
  await cast.follow(friend, shy);
  const photo = await cast.photo(shy, { visibility: "link" });
  await cast.send("process-photo", [{ photoId: photo }]);
  await cast.settle();
  await announced();
  expect(await cast.notificationsOf(friend)).toEqual([]);

  // Its owner opens it to everybody: that is when it is news.
  await cast.db.sequelize.query("UPDATE photos SET visibility = 'public' WHERE id = :photo", {
    replacements: { photo },
  });
  await cast.send("announce-photos", [{ photographerId: shy }]);
  await announced();
  expect(await cast.notificationsOf(friend)).toMatchObject([{ count: 1, photo_id: photo }]);
});

test("a photo that was opened to everybody while it was prepared is announced", async () => {
  const quick = await cast.person("quick");
  const friend = await cast.person("quick-friend");
  await cast.follow(friend, quick);
  const photo = await cast.photo(quick, { visibility: "link" });
  const before = await findPhotoById(cast.db, photo);
  if (before) found.set(photo, before);
  await cast.db.sequelize.query("UPDATE photos SET visibility = 'public' WHERE id = :photo", {
    replacements: { photo },
  });
  await cast.send("process-photo", [{ photoId: photo }]);
  await cast.settle();
  await announced();
  expect(await cast.notificationsOf(friend)).toMatchObject([{ count: 1, photo_id: photo }]);
});

test("the announcement carries the time at which photos became news, for the mail that shows them", async () => {
  const [row] = await rows(
    cast.db,
    z.object({ first: z.date(), announced: z.date() }),
    `SELECT n.first_at AS first, p.announced_at AS announced FROM notifications n
      JOIN photos p ON p.id = n.photo_id JOIN users u ON u.id = n.user_id WHERE u.username = 'quick-friend'`,
  );
  expect(row?.first).toEqual(row?.announced);
});
