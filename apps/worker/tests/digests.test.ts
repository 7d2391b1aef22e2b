import type { UserRow } from "@tendril/database";
import { hours, minutes } from "@tendril/runtime";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { openLetters, type Letters } from "./_letters.ts";
import { rows } from "./_uploads.ts";

let letters: Letters;
let workers: AsyncDisposable[] = [];
let anna: UserRow;

beforeAll(async () => {
  letters = await openLetters();
});
beforeEach(async () => {
  // Saturday noon; each test has people of its own, and nobody else's digest falls into it.
  moveTo("2030-01-05T12:00:00Z");
  await letters.run("UPDATE users SET digest = 'off', digest_due_at = NULL");
  anna = await letters.person("Anna", { digest: "off" });
  workers = [await letters.worker()];
});
afterEach(async () => {
  for (const worker of workers) await worker[Symbol.asyncDispose]();
});
afterAll(() => letters?.[Symbol.asyncDispose]());

function moveTo(at: string): void {
  letters.later(Date.parse(at) - letters.clock.now().getTime());
}

/** A tick of the schedule, to the end of all that follows from it. */
async function tick(times = 1): Promise<void> {
  const scheduledAt = letters.clock.now().toISOString();
  await letters.send(
    "send-digests",
    Array.from({ length: times }, () => ({ scheduledAt })),
  );
  await letters.settled();
}

/** Wants a digest and has a date for it, as after the first tick; follows Anna. */
async function follower(name: string, more: Partial<UserRow> = {}): Promise<UserRow> {
  const person = await letters.person(name, { digest: "weekly", ...more });
  await letters.follow(person, anna);
  await tick();
  return letters.user(person.id);
}

const digestsTo = (person: UserRow) =>
  letters.mailsTo(person).filter(({ subject }) => /new photo/.test(subject));
const dueOf = async ({ id }: UserRow) => (await letters.user(id)).digestDueAt?.toISOString();
const jpeg = (fileKey: string) => `photos/${fileKey}/w1280.jpg`;

test("the first tick gives everybody a date at eight in their own zone, and sends nothing", async () => {
  const people = {
    "2030-01-07T08:00:00.000Z": await follower("Unknown", { timeZone: null }),
    "2030-01-07T02:30:00.000Z": await follower("Kolkata", { timeZone: "Asia/Kolkata" }),
    "2030-01-06T18:00:00.000Z": await follower("Line", { timeZone: "Pacific/Kiritimati" }),
    "2030-01-06T07:00:00.000Z": await follower("Daily", {
      timeZone: "Europe/Berlin",
      digest: "daily",
    }),
  };
  const nowhere = await follower("Nowhere", { timeZone: "Mars/Olympus_Mons" });
  await letters.photo(anna);
  await tick();
  for (const [due, person] of Object.entries(people)) {
    expect([person.displayName, await dueOf(person)]).toEqual([person.displayName, due]);
    expect(letters.mailsTo(person)).toEqual([]);
  }
  expect(await dueOf(nowhere)).toBe("2030-01-07T08:00:00.000Z");
});

test("at eight there the digest comes, with what was shown since, and the next one is planned", async () => {
  await letters.photo(anna, { caption: "Before the first tick" });
  letters.later(minutes(1));
  const reader = await follower("Kathmandu", { timeZone: "Asia/Kathmandu" });
  letters.later(hours(1));
  const plain = await letters.photo(anna, { caption: "Plain" });
  const liked = await letters.photo(anna, { caption: "Liked", alt: "A liked one" });
  await letters.like(reader, liked);

  moveTo("2030-01-07T02:14:00Z");
  await tick();
  expect(digestsTo(reader)).toEqual([]);
  moveTo("2030-01-07T02:15:30Z");
  await tick();
  const [digest, ...more] = digestsTo(reader);
  expect(more).toEqual([]);
  expect(digest).toMatchObject({
    subject: "2 new photos by Anna",
    from: "Tendril <news@tendril.example>",
  });
  const pictures = [...(digest?.html ?? "").matchAll(/<img [^>]*src="[^"]*\/photos\/([\w-]+)\//g)];
  expect(pictures.map(([, key]) => key)).toEqual([liked.fileKey, plain.fileKey]);
  expect(digest?.html).toContain('alt="A liked one"');
  expect(digest?.html).toMatch(/weekly digest, 5\s–\s7 January/);
  expect(digest?.text).toContain(`${letters.env.url}/photos/${liked.slug}`);
  expect(digest?.text).toContain("Anna: 2 new photos");
  expect(await dueOf(reader)).toBe("2030-01-14T02:15:00.000Z");

  const later = await letters.photo(anna, { caption: "Later" });
  moveTo("2030-01-14T02:16:00Z");
  await tick();
  expect(digestsTo(reader)).toHaveLength(2);
  expect(digestsTo(reader)[0]).toMatchObject({ subject: "A new photo by Anna" });
  expect(digestsTo(reader)[0]?.html).toContain(jpeg(later.fileKey));
});

test("it is never empty", async () => {
  const reader = await follower("Patient");
  moveTo("2030-01-07T08:01:00Z");
  await tick();
  expect(letters.mailsTo(reader)).toEqual([]);
  expect(await dueOf(reader)).toBe("2030-01-14T08:00:00.000Z");
  // What was skipped is not told later: somebody followed since then is not told of from before.
  expect((await letters.user(reader.id)).digestUntil?.toISOString()).toMatch(/^2030-01-07T08:0/);
});

test("it shows what others may see alone, of people who are followed now", async () => {
  const reader = await follower("Discreet");
  const [left, suspended, stranger] = [
    await letters.person("Left", { digest: "off" }),
    await letters.person("Suspended", { digest: "off", suspendedAt: new Date() }),
    await letters.person("Stranger", { digest: "off" }),
  ];
  for (const person of [left, suspended]) await letters.follow(reader, person);
  await letters.run("UPDATE follows SET ended_at = NOW(3) WHERE followee_id = :id", left);
  letters.later(minutes(5));
  const seen = await letters.photo(anna);
  const unseen = [
    await letters.photo(anna, { visibility: "link" }),
    await letters.photo(anna, { removedAt: letters.clock.now() }),
    await letters.photo(anna, { status: "processing" }),
    await letters.photo(left),
    await letters.photo(suspended),
    await letters.photo(stranger),
  ];
  moveTo("2030-01-07T08:01:00Z");
  await tick();
  const [digest] = digestsTo(reader);
  expect(digest?.subject).toBe("A new photo by Anna");
  expect(digest?.html).toContain(jpeg(seen.fileKey));
  for (const { fileKey } of unseen) expect(digest?.html).not.toContain(fileKey);
});

test("nine pictures at most, of several people, with how many each has shown", async () => {
  const reader = await follower("Busy");
  const names = ["Ben", "Cleo", "Dora", "Emil"];
  const others = [];
  for (const name of names) others.push(await letters.person(name, { digest: "off" }));
  for (const other of others) await letters.follow(reader, other);
  letters.later(minutes(5));
  for (let n = 0; n < 20; n++) await letters.photo(anna, { width: 700 + 90 * n });
  for (const other of others) await letters.photo(other);
  moveTo("2030-01-07T08:01:00Z");
  await tick();
  const [digest] = digestsTo(reader);
  expect(digest?.subject).toMatch(/^24 new photos by Anna, \w+ and 3 others$/);
  expect(digest?.html.match(/<img /g)).toHaveLength(9);
  for (const name of names)
    expect(digest?.text).toMatch(new RegExp(`^\\* ${name}: 1 new photo$`, "m"));
  expect(digest?.text).toContain("* Anna: 20 new photos");
});

test("ticks that come twice, at once and to two workers make one digest each", async () => {
  workers.push(await letters.worker({}, "worker-2"));
  const readers = [];
  for (let n = 0; n < 5; n++) readers.push(await follower(`Twin${n}`));
  letters.later(minutes(5));
  await letters.photo(anna);
  moveTo("2030-01-07T08:01:00Z");
  const scheduledAt = letters.clock.now().toISOString();
  await tick(4);
  for (const { id } of readers) {
    const dueAt = "2030-01-07T08:00:00.000Z";
    await letters.send("build-digest", [
      { userId: id, dueAt },
      { userId: id, dueAt },
    ]);
  }
  await letters.send("send-digests", [{ scheduledAt }, { scheduledAt }]);
  await letters.settled();
  for (const reader of readers) expect(digestsTo(reader)).toHaveLength(1);
});

test("after an outage of days there is one digest with all of it", async () => {
  const reader = await follower("Offline", { digest: "daily", timeZone: "America/New_York" });
  const photos = [];
  for (const day of ["06", "07", "08", "09", "10"]) {
    moveTo(`2030-01-${day}T18:00:00Z`);
    photos.push(await letters.photo(anna));
  }
  moveTo("2030-01-10T20:00:00Z");
  await tick();
  await tick();
  const [digest, ...more] = digestsTo(reader);
  expect(more).toEqual([]);
  expect(digest?.subject).toBe("5 new photos by Anna");
  for (const { fileKey } of photos) expect(digest?.html).toContain(jpeg(fileKey));
  expect(await dueOf(reader)).toBe("2030-01-11T13:00:00.000Z");
});

test("it goes only to proven addresses of people who want it and are there", async () => {
  const people = [
    await follower("Unproven", { emailVerifiedAt: null }),
    await follower("Banned", { suspendedAt: new Date() }),
    await follower("Erased", { deletedAt: new Date() }),
    await follower("Content", { digest: "off" }),
  ];
  letters.later(minutes(5));
  await letters.photo(anna);
  moveTo("2030-01-07T08:01:00Z");
  await tick();
  for (const person of people) expect(letters.mailsTo(person)).toEqual([]);
  // They do not stand in the way of others either: their date has moved on.
  const sql = "SELECT COUNT(*) AS count FROM users WHERE digest_due_at < '2030-01-08'";
  expect(await rows(letters.db, z.object({ count: z.number() }), sql)).toEqual([{ count: 0 }]);
});

test("digests of two dates that are built at the same time tell no photo twice", async () => {
  workers.push(await letters.worker({}, "worker-2"));
  const reader = await follower("Twice", { digest: "daily" });
  letters.later(minutes(5));
  for (let n = 0; n < 3; n++) await letters.photo(anna);
  moveTo("2030-01-07T09:00:00Z");
  await letters.send(
    "build-digest",
    ["06", "07", "06", "07"].map((day) => ({
      userId: reader.id,
      dueAt: `2030-01-${day}T08:00:00.000Z`,
    })),
  );
  await letters.settled();
  // The one that was slower finds out when it would end; its next attempt finds nothing new.
  letters.later(minutes(1));
  await letters.settled();
  expect(digestsTo(reader)).toMatchObject([{ subject: "3 new photos by Anna" }]);
});

test("a date that a jumping clock gave is mended", async () => {
  const reader = await follower("Jumped", { digestDueAt: new Date("2031-07-07T08:00:00Z") });
  expect(await dueOf(reader)).toBe("2030-01-07T08:00:00.000Z");
});

test("whoever stops it before it is sent does not get it", async () => {
  const reader = await follower("Late");
  letters.later(minutes(5));
  await letters.photo(anna);
  const about = { from: reader.digestUntil, until: letters.clock.now() };
  await letters.run("UPDATE users SET digest = 'off' WHERE id = :id", reader);
  expect((await letters.mail(reader, "digest", about)).status).toBe("skipped");
  await letters.run("UPDATE users SET digest = 'daily' WHERE id = :id", reader);
  expect((await letters.mail(reader, "digest", about)).status).toBe("sent");
});

test("photos that went away between building and sending leave nothing to send", async () => {
  const reader = await follower("Slow");
  letters.later(minutes(5));
  const photo = await letters.photo(anna);
  const about = { from: reader.digestUntil, until: letters.clock.now() };
  await letters.run("UPDATE photos SET visibility = 'link' WHERE id = :id", photo);
  await letters.mail(reader, "digest", about);
  expect(letters.mailsTo(reader)).toEqual([]);
});

test("more people than one page holds are all taken in one tick", { timeout: 60_000 }, async () => {
  const at = letters.clock.now();
  const crowd = Array.from({ length: 450 }, (_, n) => ({
    username: `crowd-${n}`,
    email: `crowd-${n}@example.com`,
    passwordHash: "none",
    displayName: `Crowd ${n}`,
    digest: "daily" as const,
    emailVerifiedAt: at,
  }));
  await letters.db.tables.users.bulkCreate(crowd);
  const counted = z.object({ due: z.string().nullable(), count: z.number() });
  const sql = `SELECT DATE_FORMAT(digest_due_at, '%Y-%m-%dT%H:%i') AS due, COUNT(*) AS count FROM users
    WHERE username LIKE 'crowd-%' GROUP BY due`;
  await tick();
  expect(await rows(letters.db, counted, sql)).toEqual([{ due: "2030-01-06T08:00", count: 450 }]);
  moveTo("2030-01-06T08:01:00Z");
  await tick();
  expect(await rows(letters.db, counted, sql)).toEqual([{ due: "2030-01-07T08:00", count: 450 }]);
  const built = `SELECT COUNT(*) AS count FROM jobs JOIN users u ON u.id = JSON_VALUE(payload, '$.userId')
    WHERE name = 'build-digest' AND u.username LIKE 'crowd-%'`;
  expect(await rows(letters.db, z.object({ count: z.number() }), built)).toEqual([{ count: 450 }]);
});
