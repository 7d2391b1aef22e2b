import type { DatabaseConnection } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { quadrants } from "@tendril/dev-env/album";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { archive, bringBack, checkRestores, jobsOf, publish, told } from "./_archive.ts";
import { announce, deleteObject, openDatabase, rowOf, signedUp, type Person } from "./_uploads.ts";

let env: TestEnv;
let db: DatabaseConnection;
let ida: Person;
let photo: Buffer;

beforeAll(async () => {
  env = await startTestEnv();
  db = openDatabase(env);
  ida = await signedUp(env, "ida");
  photo = await quadrants({ width: 60, height: 40 }).jpeg().toBuffer();
});
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

const json = { accept: "application/json" };
const original = (slug: string, headers = {}) => ida.get(`/photos/${slug}/original`, headers);
const ask = (slug: string, headers = {}) => ida.post(`/photos/${slug}/restore`, {}, headers);

/** The wish has got to S3. */
async function untilAsked(slug: string) {
  const { id } = await rowOf(db, slug);
  await expect
    .poll(async () => (await jobsOf(db, "restore-original", id)).at(-1)?.state)
    .toBe("done");
  return id;
}

test("an archived original is asked for, its owner is told when it is there, and it can be had until it expires", async () => {
  const slug = await publish(env, ida, photo);
  await archive(env, slug);

  const refused = await original(slug);
  expect(refused.status).toBe(409);
  expect(refused.headers.get("cache-control")).toBe("private, no-store");
  for (const words of [
    "Your original lies in the archive",
    "three to five hours",
    "costs you nothing",
  ])
    expect(refused.text).toContain(words);
  expect(refused.text).toContain(`action="/photos/${slug}/restore"`);

  const asked = await ask(slug);
  expect([asked.status, asked.headers.get("location")]).toEqual([303, `/photos/${slug}`]);
  const photoPage = (await ida.get(`/photos/${slug}`)).text;
  for (const words of [
    "is being fetched from the archive",
    "has been on its way from the archive since",
  ])
    expect(photoPage).toContain(words);
  expect((await env.client().get(`/photos/${slug}`)).text).not.toContain("archive");
  const id = await untilAsked(slug);
  const waiting = await original(slug);
  expect(waiting.status).toBe(409);
  expect(waiting.text).toContain("Your original is on its way");
  expect(waiting.text).not.toContain("/restore");

  await checkRestores(env, db);
  expect(await rowOf(db, slug)).toMatchObject({ restoreState: "requested" });
  expect(await jobsOf(db, "notify-person", id)).toEqual([]);

  await bringBack(env, slug);
  await checkRestores(env, db);
  await checkRestores(env, db);
  await expect.poll(() => told(db, id)).toEqual([`original:${id}`]);
  const { restoreState, restoreUntil } = await rowOf(db, slug);
  expect(restoreState).toBe("available");
  const days = (Number(restoreUntil) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(7);
  expect(days).toBeLessThanOrEqual(8);

  expect((await ida.get(`/photos/${slug}`)).text).toContain("fetched from the archive, here until");
  const given = await original(slug);
  expect(given.status).toBe(303);
  const file = await fetch(given.headers.get("location") ?? "");
  expect(Buffer.from(await file.arrayBuffer()).equals(photo)).toBe(true);
  expect(file.headers.get("content-disposition")).toContain("harbour%20at%20dawn.jpg");

  await env.space.glacier.expire(`originals/${slug}`);
  const expired = await original(slug);
  expect([expired.status, expired.text]).toEqual([
    409,
    expect.stringContaining("lies in the archive"),
  ]);
  await ask(slug);
  await expect.poll(async () => (await jobsOf(db, "restore-original", id)).length).toBe(2);
  await untilAsked(slug);
  await bringBack(env, slug);
  await checkRestores(env, db);
  expect((await original(slug)).status).toBe(303);
  expect(await jobsOf(db, "notify-person", id)).toHaveLength(2);
});

test("asking several times at once, and again later, is one request", async () => {
  const slug = await publish(env, ida, photo);
  await archive(env, slug);
  const answers = await Promise.all([1, 2, 3].map(() => ask(slug)));
  expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
  const id = await untilAsked(slug);
  expect((await ask(slug)).status).toBe(303);
  expect(await jobsOf(db, "restore-original", id)).toHaveLength(1);
  await bringBack(env, slug);
  await Promise.all([checkRestores(env, db), checkRestores(env, db)]);
  expect(await jobsOf(db, "notify-person", id)).toHaveLength(1);
});

test("programs are told in JSON", async () => {
  const slug = await publish(env, ida, photo);
  const atHand = await ask(slug, json);
  expect([atHand.status, atHand.json()]).toEqual([
    200,
    { slug, original: { state: "available", until: null } },
  ]);
  await archive(env, slug);
  const refused = await original(slug, json);
  expect([refused.status, refused.json()]).toMatchObject([
    409,
    { error: { code: "archived" }, original: { state: "archived", askedAt: null } },
  ]);
  const asked = await ask(slug, json);
  expect([asked.status, asked.json()]).toEqual([202, { slug, original: { state: "requested" } }]);
  expect((await original(slug, json)).json()).toMatchObject({
    original: { state: "requested", askedAt: expect.stringMatching(/^\d{4}-.*Z$/) },
  });
});

test("nobody else can ask, and a photo that is not ready has no original to ask for", async () => {
  const bruno = await signedUp(env, "bruno");
  const slug = await publish(env, ida, photo);
  await archive(env, slug);
  expect((await original(slug, { cookie: bruno.cookies.header })).status).toBe(404);
  for (const verb of ["restore", "retry"]) {
    expect((await bruno.post(`/photos/${slug}/${verb}`)).status).toBe(404);
    const visitor = await env.client().post(`/photos/${slug}/${verb}`);
    expect(visitor.headers.get("location")).toBe("/sign-in");
  }
  expect(await rowOf(db, slug)).toMatchObject({ restoreState: null });
  expect((await ida.post("/photos/nothing-here/restore")).status).toBe(404);
  const uploading = await announce(env, ida, "b.jpg");
  expect((await original(uploading)).status).toBe(409);
  expect((await ask(uploading)).status).toBe(409);
});

describe("a request", () => {
  test("waits uncharged while S3 is away", { timeout: 60_000 }, async () => {
    const slug = await publish(env, ida, photo);
    await archive(env, slug);
    await env.worker.stop();
    await ask(slug);
    const { id } = await rowOf(db, slug);
    const job = async () => (await jobsOf(db, "restore-original", id))[0];
    await env.stop("s3");
    expect((await original(slug)).status).toBe(503);
    await env.worker.start();
    await expect.poll(job).toMatchObject({
      state: "queued",
      attempts: 0,
      lastError: expect.stringContaining("photo store"),
    });
    await env.resume("s3");
    await expect.poll(job, { timeout: 40_000 }).toMatchObject({ state: "done", attempts: 1 });
    expect((await original(slug)).text).toContain("on its way");
  });

  test("for what S3 has brought back already is answered at once", async () => {
    const slug = await publish(env, ida, photo);
    await archive(env, slug);
    await env.worker.stop();
    await ask(slug);
    await env.space.glacier.begin(`originals/${slug}`, 2);
    await bringBack(env, slug);
    await env.worker.start();
    const id = await untilAsked(slug);
    expect(await rowOf(db, slug)).toMatchObject({ restoreState: "available" });
    expect(await jobsOf(db, "notify-person", id)).toHaveLength(1);
  });

  test("that S3 is working on already is joined", async () => {
    const slug = await publish(env, ida, photo);
    await archive(env, slug);
    await env.space.glacier.begin(`originals/${slug}`, 2);
    await ask(slug);
    await untilAsked(slug);
    await bringBack(env, slug);
    await checkRestores(env, db);
    expect(await rowOf(db, slug)).toMatchObject({ restoreState: "available" });
  });

  test("that never ends is settled, and can be made again", async () => {
    const slug = await publish(env, ida, photo);
    await archive(env, slug);
    await ask(slug);
    const id = await untilAsked(slug);
    const sql =
      "UPDATE photos SET restore_asked_at = restore_asked_at - INTERVAL 4 DAY WHERE id = :id";
    await db.sequelize.query(sql, { replacements: { id } });
    await checkRestores(env, db);
    expect(await rowOf(db, slug)).toMatchObject({ restoreState: null, status: "ready" });
    expect((await original(slug)).text).toContain(`/photos/${slug}/restore`);
    await ask(slug);
    expect(await rowOf(db, slug)).toMatchObject({ restoreState: "requested" });
    expect(await jobsOf(db, "notify-person", id)).toEqual([]);
  });

  test("for an original that is gone is settled, and says so", async () => {
    const slug = await publish(env, ida, photo);
    await archive(env, slug);
    await ask(slug);
    await untilAsked(slug);
    await deleteObject(env, `originals/${slug}`);
    await checkRestores(env, db);
    expect(await rowOf(db, slug)).toMatchObject({ restoreState: null });
    const gone = await original(slug);
    expect([gone.status, gone.text]).toEqual([404, expect.stringContaining("not here any more")]);
    expect((await ask(slug)).status).toBe(404);
  });

  test("ends with its photo", async () => {
    const slug = await publish(env, ida, photo);
    await archive(env, slug);
    await ask(slug);
    const id = await untilAsked(slug);
    await ida.post(`/photos/${slug}/delete`);
    await bringBack(env, slug).catch(() => {});
    await checkRestores(env, db);
    expect(await jobsOf(db, "notify-person", id)).toEqual([]);
    expect((await ask(slug)).status).toBe(404);
  });
});
