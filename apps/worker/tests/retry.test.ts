import { failPhoto, type DatabaseConnection } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { quadrants } from "@tendril/dev-env/album";
import type { PhotoFailure } from "@tendril/storage";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { archive, bringBack, checkRestores, jobsOf, publish, tick } from "./_archive.ts";
import {
  announce,
  bucketKeys,
  deleteObject,
  openDatabase,
  putObject,
  rowOf,
  signedUp,
  statusOf,
  type Person,
} from "./_uploads.ts";

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
const retry = (slug: string, headers = {}) => ida.post(`/photos/${slug}/retry`, {}, headers);
const status = async (slug: string) => (await statusOf(ida, slug)).status;

/** A photo that was given up; with its bytes where they were then. */
async function failed(failure: PhotoFailure, place?: "incoming" | "originals"): Promise<string> {
  const slug = await announce(env, ida, "harbour.jpg");
  if (place) await putObject(env, `${place}/${slug}`, photo);
  await failPhoto(db, (await rowOf(db, slug)).id, failure);
  return slug;
}

describe("a failed photo", () => {
  test.each<[PhotoFailure, "incoming" | "originals"]>([
    ["gave-up", "incoming"],
    ["gave-up", "originals"],
  ])("that ended as %s and lies in %s is tried again", async (failure, place) => {
    const slug = await failed(failure, place);
    const page = await ida.get(`/photos/${slug}`);
    expect(page.text).toContain("data-can-retry");
    expect(page.text).toContain(`action="/photos/${slug}/retry"`);
    const answer = await retry(slug);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, `/photos/${slug}`]);
    await expect.poll(() => status(slug)).toBe("ready");
    expect(await bucketKeys(env, `originals/${slug}`)).toEqual([`originals/${slug}`]);
    expect(await bucketKeys(env, `incoming/${slug}`)).toEqual([]);
    expect((await env.client().get(`/photos/${slug}`)).status).toBe(200);
  });

  test("whose button is pressed several times has one job", async () => {
    const slug = await failed("gave-up", "incoming");
    const answers = await Promise.all([1, 2, 3].map(() => retry(slug, json)));
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.json()).toMatchObject({ slug, href: `/photos/${slug}` });
    }
    await expect.poll(() => status(slug)).toBe("ready");
    expect((await retry(slug, json)).json()).toMatchObject({ status: "ready" });
    const { id } = await rowOf(db, slug);
    expect(await jobsOf(db, "process-photo", id)).toMatchObject([{ state: "done", attempts: 1 }]);
  });

  test("of which nothing is left is not promised anything", async () => {
    const slug = await failed("gave-up");
    const page = await retry(slug);
    expect(page.status).toBe(409);
    expect(page.text).toContain("Nothing of this file is here any more. Send it again.");
    expect(page.text).toContain('href="/upload"');
    const answer = await retry(slug, json);
    expect([answer.status, answer.json()]).toMatchObject([409, { error: { code: "conflict" } }]);
    expect(await status(slug)).toBe("failed");
  });

  test.each<PhotoFailure>([
    "damaged",
    "never-arrived",
    "too-large",
    "too-many-pixels",
    "too-demanding",
    "not-an-image",
  ])("that ended as %s is to be replaced", async (failure) => {
    const slug = await failed(failure);
    const page = await ida.get(`/photos/${slug}`);
    expect(page.text).not.toContain("data-can-retry");
    expect(page.text).toContain("Send another file");
    const answer = await retry(slug);
    expect([answer.status, answer.text]).toEqual([
      409,
      expect.stringContaining("would end the same way"),
    ]);
    expect(await status(slug)).toBe("failed");
  });

  test("says to scripts and on the page of its form whether it can be tried again", async () => {
    const slug = await failed("gave-up", "incoming");
    expect((await ida.get(`/api/photos/${slug}/status`)).json()).toMatchObject({ canRetry: true });
    const { formToken } = await rowOf(db, slug);
    const results = await ida.get(`/upload?form=${formToken}`);
    expect(results.text).toContain(`action="/photos/${slug}/retry"`);
    expect(results.text).toContain("data-can-retry");
  });

  test("is not found by others, and cannot be tried while it is uploading", async () => {
    const slug = await failed("gave-up", "incoming");
    const other = await signedUp(env, "other");
    expect((await other.post(`/photos/${slug}/retry`)).status).toBe(404);
    expect(await status(slug)).toBe("failed");
    const uploading = await announce(env, ida, "b.jpg");
    expect((await retry(uploading)).status).toBe(409);
  });

  test("stays as it is while S3 is away", async () => {
    const slug = await failed("gave-up", "incoming");
    await env.stop("s3");
    expect((await retry(slug)).status).toBe(503);
    await env.resume("s3");
    expect(await status(slug)).toBe("failed");
  });
});

describe("a failed photo whose original is archived", () => {
  /** Tried again, and seen to wait for the archive. */
  async function waiting(): Promise<string> {
    const slug = await failed("gave-up", "originals");
    await archive(env, slug);
    expect((await retry(slug)).status).toBe(303);
    await expect
      .poll(async () => (await ida.get(`/api/photos/${slug}/status`)).json())
      .toMatchObject({ status: "processing", awaitsOriginal: true });
    return slug;
  }

  test("is processed when the original is back", async () => {
    const slug = await waiting();
    const page = await ida.get(`/photos/${slug}`);
    expect(page.text).toContain("data-awaits-original");
    expect(page.text).toContain("This photo waits for its original");
    expect((await retry(slug, json)).json()).toMatchObject({ status: "processing" });
    const { id } = await rowOf(db, slug);
    await expect
      .poll(async () => (await jobsOf(db, "restore-original", id)).map(({ state }) => state))
      .toEqual(["done"]);
    await checkRestores(env, db);
    expect(await status(slug)).toBe("processing");
    await bringBack(env, slug);
    await checkRestores(env, db);
    await expect.poll(() => status(slug)).toBe("ready");
    expect(await jobsOf(db, "notify-person", id)).toEqual([]);
    expect(await jobsOf(db, "process-photo", id)).toHaveLength(2);
  });

  test("is not taken for forgotten by the sweep", async () => {
    const slug = await waiting();
    const { id } = await rowOf(db, slug);
    const sql = "UPDATE photos SET created_at = created_at - INTERVAL 3 HOUR WHERE id = :id";
    await db.sequelize.query(sql, { replacements: { id } });
    const lost = await announce(env, ida, "lost.jpg");
    await putObject(env, `incoming/${lost}`, photo);
    await db.sequelize.query(
      "UPDATE photos SET status = 'processing', created_at = created_at - INTERVAL 3 HOUR WHERE slug = :lost",
      { replacements: { lost } },
    );
    await tick(env, db, "sweep-uploads");
    await expect.poll(() => status(lost)).toBe("ready");
    expect(await jobsOf(db, "process-photo", id)).toHaveLength(1);
  });

  test("fails again when the original never comes or is gone, and says why", async () => {
    const [never, gone] = [await waiting(), await waiting()];
    const sql =
      "UPDATE photos SET restore_asked_at = restore_asked_at - INTERVAL 4 DAY WHERE slug = :never";
    await db.sequelize.query(sql, { replacements: { never } });
    await deleteObject(env, `originals/${gone}`);
    await checkRestores(env, db);
    expect(await rowOf(db, never)).toMatchObject({ status: "failed", failure: "gave-up" });
    expect(await rowOf(db, gone)).toMatchObject({ status: "failed", failure: "never-arrived" });
    expect((await retry(never)).status).toBe(303);
    await expect
      .poll(() => rowOf(db, never))
      .toMatchObject({ status: "processing", restoreState: "requested" });
  });
});

test("a photo with an archived original is narrowed by moving its files, and deleted like any other", async () => {
  const slug = await publish(env, ida, photo);
  await archive(env, slug);
  const { fileKey: before } = await rowOf(db, slug);
  const files = (await bucketKeys(env, `photos/${before}/`)).map((key) => key.split("/").at(-1));
  await ida.post(`/photos/${slug}/edit`, { caption: "", alt: "", credit: "", visibility: "link" });
  await expect.poll(() => status(slug)).toBe("ready");
  const { fileKey: after } = await rowOf(db, slug);
  expect(after).not.toBe(before);
  await expect.poll(() => bucketKeys(env, `photos/${before}/`)).toEqual([]);
  const moved = (await bucketKeys(env, `photos/${after}/`)).map((key) => key.split("/").at(-1));
  expect(moved).toEqual(files);
  const served = await fetch(`${env.space.cdn.url}/photos/${after}/w60.jpg`);
  expect([
    served.status,
    served.headers.get("content-type"),
    served.headers.get("cache-control"),
  ]).toEqual([200, "image/jpeg", "public, max-age=86400"]);
  expect(await rowOf(db, slug)).toMatchObject({ restoreState: null });

  await ida.post(`/photos/${slug}/delete`);
  await expect.poll(() => bucketKeys(env, `originals/${slug}`)).toEqual([]);
  await expect.poll(() => bucketKeys(env, `photos/${after}/`)).toEqual([]);
});

test("a narrowed photo whose files are gone is made again from its original, also from the archive", async () => {
  const slug = await publish(env, ida, photo);
  await archive(env, slug);
  const { fileKey } = await rowOf(db, slug);
  await deleteObject(env, `photos/${fileKey}/w60.webp`);
  await ida.post(`/photos/${slug}/edit`, { caption: "", alt: "", credit: "", visibility: "link" });
  await expect
    .poll(() => rowOf(db, slug))
    .toMatchObject({ status: "processing", restoreState: "requested" });
  const { id } = await rowOf(db, slug);
  await expect
    .poll(async () => (await jobsOf(db, "restore-original", id)).at(-1)?.state)
    .toBe("done");
  await bringBack(env, slug);
  await checkRestores(env, db);
  await expect.poll(() => status(slug)).toBe("ready");
  expect(await bucketKeys(env, `photos/${(await rowOf(db, slug)).fileKey}/`)).toHaveLength(2);
  await expect.poll(() => bucketKeys(env, `photos/${fileKey}/`)).toEqual([]);
});
