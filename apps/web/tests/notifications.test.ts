import type { DatabaseConnection } from "@tendril/database";
import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { bellOf, count, newcomer, openDatabase, shownOn } from "./_notifications.ts";
import { photoRow, prepare } from "./_photos.ts";
import { write } from "./_social.ts";

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

const list = z.object({
  notifications: z.array(z.object({ title: z.string(), unread: z.boolean(), seen: z.string() })),
  unread: z.number(),
  older: z.string().nullable(),
});
const json = { accept: "application/json" };
const listOf = async (person: Client) =>
  list.parse((await person.get("/notifications", json)).json());
const unread = z.object({ unread: z.number() });

test("visitors are asked to sign in", async () => {
  const page = await env.client().get("/notifications");
  expect(page.status).toBe(303);
  expect(page.headers.get("location")).toBe("/sign-in?next=%2Fnotifications");
  expect((await env.client().get("/api/notifications/events")).status).toBe(401);
  expect((await env.client().post("/notifications/read", { seen: "1.1" }, json)).status).toBe(401);
});

test("a like becomes a notification with words, a picture and the way to the photo", async () => {
  const ida = await newcomer(env, db);
  const fan = await newcomer(env, db);
  const slug = await prepare(ida.person, { caption: "Low tide" });
  expect((await fan.person.post(`/photos/${slug}/like`)).status).toBe(303);
  await expect
    .poll(async () => shownOn(await ida.person.get("/notifications")))
    .toEqual([{ title: `${fan.name} likes your photo`, path: `/photos/${slug}`, isNew: true }]);
  const { text } = await ida.person.get("/notifications");
  expect(text).toContain('<p class="notification__text">Low tide</p>');
  const picture = /notification__picture">\s*<source type="image\/webp" srcset="([^"]+)"/.exec(
    text,
  );
  expect((await fetch(picture?.[1] ?? "")).headers.get("content-type")).toBe("image/webp");
  await expect.poll(() => bellOf(ida.person)).toBe(1);
  expect(shownOn(await fan.person.get("/notifications"))).toEqual([]);
});

test("looking at the page marks nothing; the button does, without JavaScript", async () => {
  const { person, id } = await newcomer(env, db);
  await count(db, id, {});
  const page = await person.get("/notifications");
  expect(shownOn(await person.get("/notifications"))).toMatchObject([{ isNew: true }]);
  const until = /name="until" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
  const pressed = await person.post("/notifications/read", { until });
  expect({ status: pressed.status, to: pressed.headers.get("location") }).toEqual({
    status: 303,
    to: "/notifications",
  });
  const after = await person.get("/notifications");
  expect(shownOn(after)).toMatchObject([{ isNew: false }]);
  expect(after.text).not.toContain("Mark all as read");
  expect(await bellOf(person)).toBeUndefined();
});

test("what came after the page was made is not read by its button", async () => {
  const { person, id } = await newcomer(env, db);
  const before = new Date(Date.now() - 60_000);
  await count(db, id, { groupKey: "like:1", kind: "like" }, before);
  await count(db, id, { groupKey: "like:2", kind: "like" });
  await person.post("/notifications/read", { until: new Date(Date.now() - 30_000).toISOString() });
  const { notifications, unread } = await listOf(person);
  expect(unread).toBe(1);
  expect(notifications.map((each) => each.unread)).toEqual([true, false]);
});

test("a script says what was seen; with more events by then it is not read", async () => {
  const { person, id } = await newcomer(env, db);
  await count(db, id, {});
  const [seen] = (await listOf(person)).notifications;
  await count(db, id, {});
  const late = await person.post("/notifications/read", { seen: seen?.seen ?? "" }, json);
  expect(unread.parse(late.json())).toEqual({ unread: 1 });
  const [now] = (await listOf(person)).notifications;
  expect(now).toMatchObject({ title: "Somebody and one other follow you", unread: true });
  const read = await person.post("/notifications/read", { seen: now?.seen ?? "" }, json);
  expect(unread.parse(read.json())).toEqual({ unread: 0 });
});

test("nobody can read for others", async () => {
  const { person, id } = await newcomer(env, db);
  await count(db, id, {});
  const [seen] = (await listOf(person)).notifications;
  const { person: other } = await newcomer(env, db);
  expect((await other.post("/notifications/read", { seen: seen?.seen ?? "" }, json)).status).toBe(
    200,
  );
  expect((await listOf(person)).unread).toBe(1);
});

test.each([{}, { seen: "x" }, { seen: "1.1; DROP" }, { until: "yesterday" }, { until: "" }])(
  "what makes no sense is refused: %j",
  async (fields) => {
    const { person } = await newcomer(env, db);
    const refused = await person.post("/notifications/read", fields, json);
    expect(refused.status).toBe(400);
    expect(refused.text).toContain("This does not say what was read.");
  },
);

test("a long list goes on page by page, newest first, each once", async () => {
  const { person, id } = await newcomer(env, db);
  for (let index = 0; index < 65; index++) {
    const at = new Date(Date.now() - 3_600_000 + Math.floor(index / 5) * 1_000);
    await count(db, id, { kind: "like", groupKey: `like:${index}`, count: index + 1 }, at);
  }
  const titles: string[] = [];
  let [pages, path]: [number, string | undefined] = [0, "/notifications"];
  while (path !== undefined) {
    const page: { text: string } = await person.get(path);
    titles.push(...shownOn(page).map(({ title }) => title));
    path = /href="([^"]+)" rel="next">Older/.exec(page.text)?.[1];
    pages++;
  }
  expect(pages).toBe(3);
  expect(new Set(titles).size).toBe(65);
  expect(titles[0]).toMatch(/64 others/);
  expect((await person.get("/notifications?before=nonsense")).status).toBe(400);
});

test("what is said is text, whatever people call themselves", async () => {
  const { person, id } = await newcomer(env, db);
  const rude = await newcomer(env, db);
  await db.sequelize.query("UPDATE users SET display_name = '<b>Mallory</b>' WHERE id = :id", {
    replacements: { id: rude.id },
  });
  await count(db, id, { actorId: rude.id });
  const { text } = await person.get("/notifications");
  expect(text).not.toContain("<b>Mallory");
  expect(text).toContain("&lt;b&gt;Mallory&lt;/b&gt; follows you");
});

test("a photo that only people with the link see by now is not shown to followers, nor its address", async () => {
  const ida = await newcomer(env, db);
  const { person, id } = await newcomer(env, db);
  const slug = await prepare(ida.person, { visibility: "link" });
  const { id: photoId } = await photoRow(env, slug);
  await count(db, id, { kind: "photos", groupKey: `photos:${ida.id}`, actorId: ida.id, photoId });
  const page = await person.get("/notifications");
  expect(shownOn(page)).toMatchObject([{ path: `/@${ida.name}` }]);
  expect(page.text).not.toContain(slug);
  expect(page.text).not.toContain('notification__picture"');
});

test("a photo that its owner opens to everybody is about to be announced, and only then", async () => {
  const { person, id } = await newcomer(env, db);
  const slug = await prepare(person, { visibility: "link" });
  const waiting = async () => {
    const sql = "SELECT COUNT(*) AS count FROM jobs WHERE dedupe_key = :key";
    const [rows] = await db.sequelize.query(sql, { replacements: { key: `announce:${id}` } });
    return z.array(z.object({ count: z.number() })).parse(rows)[0]?.count;
  };
  await person.post(`/photos/${slug}/edit`, { caption: "Still hidden", visibility: "link" });
  expect(await waiting()).toBe(0);
  await person.post(`/photos/${slug}/edit`, { caption: "For all", visibility: "public" });
  expect(await waiting()).toBe(1);
});

test("pages show while the database is away; the bell has no number then, or an old one", async () => {
  const { person, id } = await newcomer(env, db);
  await count(db, id, {});
  await expect.poll(() => bellOf(person)).toBe(1);
  await env.stop("database");
  expect((await person.get("/")).status).toBe(200);
  expect((await person.get("/notifications")).status).toBe(503);
  await env.resume("database");
  await expect.poll(async () => (await person.get("/notifications")).status).toBe(200);
});

test("what somebody showed and wrote who is suspended by now is not shown, nor their name", async () => {
  const ida = await newcomer(env, db);
  const { person, id } = await newcomer(env, db);
  const theirs = await prepare(ida.person, { caption: "Theirs" });
  const { id: photoId } = await photoRow(env, theirs);
  const own = await prepare(person, { caption: "My own" });
  await write(ida.person, own, "What they wrote");
  await env.drain();
  const photos = { kind: "photos", groupKey: `photos:${ida.id}` } as const;
  await count(db, id, { ...photos, actorId: ida.id, photoId });
  const shown = async () => (await person.get("/notifications")).text;
  const words = [theirs, "Theirs", "What they wrote", ida.name];
  const before = await shown();
  for (const each of words) expect(before).toContain(each);

  await db.sequelize.query("UPDATE users SET suspended_at = NOW(3) WHERE id = :id", {
    replacements: { id: ida.id },
  });
  const after = await shown();
  for (const each of words) expect(after).not.toContain(each);
  expect(after).toContain("My own");
});
