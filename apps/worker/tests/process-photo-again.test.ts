import type { DatabaseConnection } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { picture, quadrants } from "@tendril/dev-env/album";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { readConfig } from "../src/config.ts";
import { createEngine } from "../src/engine.ts";
import { processPhoto } from "../src/handlers/process-photo.ts";
import { enqueue } from "./_jobs.ts";
import { fire } from "./_ticks.ts";
import {
  announce,
  bucketKeys,
  complete,
  getObject,
  openDatabase,
  putObject,
  rowOf,
  rows,
  signedUp,
  statusOf,
  upload,
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

async function galleryVersion(): Promise<number> {
  const version = z.object({ version: z.coerce.number() });
  return (await rows(db, version, "SELECT version FROM gallery_version"))[0]?.version ?? 0;
}

async function jobStates(): Promise<string[]> {
  const found = await rows(db, z.object({ state: z.string() }), "SELECT DISTINCT state FROM jobs");
  return found.map(({ state }) => state);
}

const enqueueAgain = (photoId: number, times: number) =>
  enqueue(
    env,
    db,
    "process-photo",
    Array.from({ length: times }, () => ({ photoId })),
  );

test("several jobs for one photo have one effect", async () => {
  await env.worker.stop();
  const slug = await upload(env, ida, { fileName: "a.jpg", bytes: photo });
  const { id, fileKey } = await rowOf(db, slug);
  const before = await galleryVersion();
  await enqueueAgain(id, 3);
  await env.worker.start();
  await env.drain();
  const { status, publishedAt } = await rowOf(db, slug);
  expect(status).toBe("ready");
  expect(await galleryVersion()).toBe(before + 1);

  const variants = await bucketKeys(env, `photos/${fileKey}/`);
  await enqueueAgain(id, 1);
  await env.drain();
  expect(await rowOf(db, slug)).toMatchObject({ status: "ready", publishedAt });
  expect(await bucketKeys(env, `photos/${fileKey}/`)).toEqual(variants);
  expect(await jobStates()).not.toContain("dead");
});

test("an attempt that died after keeping the original is made good, whatever was sent since", async () => {
  await env.worker.stop();
  const slug = await announce(env, ida, "a.jpg");
  await putObject(env, `originals/${slug}`, photo);
  await putObject(env, `incoming/${slug}`, Buffer.from("something else, sent later"));
  await complete(ida, slug);
  await env.worker.start();
  await env.drain();
  expect(await rowOf(db, slug)).toMatchObject({ status: "ready", width: 60, height: 40 });
  expect((await getObject(env, `originals/${slug}`)).equals(photo)).toBe(true);
  expect(await bucketKeys(env, `incoming/${slug}`)).toEqual([]);
});

test("an attempt that judged a file and could not note it is made good: the file is still there", async () => {
  await env.worker.stop();
  const slug = await upload(env, ida, { fileName: "a.jpg", bytes: Buffer.from("not a picture") });
  const { id: photoId } = await rowOf(db, slug);
  await using resources = new AsyncDisposableStack();
  const engine = await createEngine(readConfig(env.environment), resources);
  const { signal } = new AbortController();
  const attempt = { attempts: 1, trace: "test", requestedBy: null, dueAt: new Date(), signal };
  await processPhoto.run(engine, { photoId }, attempt);
  await env.worker.start();
  await env.drain();
  expect((await statusOf(ida, slug)).reason).toContain("This file is not a picture");
  expect(await bucketKeys(env, `incoming/${slug}`)).toEqual([]);
});

test("a photo deleted while it was waiting is not published", async () => {
  await env.worker.stop();
  const slug = await upload(env, ida, { fileName: "a.jpg", bytes: photo });
  const { id, fileKey } = await rowOf(db, slug);
  await db.sequelize.query("UPDATE photos SET removed_at = NOW(3) WHERE id = :id", {
    replacements: { id },
  });
  await env.worker.start();
  await env.drain();
  expect(await bucketKeys(env, `photos/${fileKey}/`)).toEqual([]);
  expect((await env.client().get(`/photos/${slug}`)).status).toBe(404);
});

test("uploads that never said how they ended are settled by the sweep", async () => {
  const camera = await picture("orientation 6").bytes();
  const never = await announce(env, ida, "never.jpg");
  const arrived = await announce(env, ida, "arrived.jpg");
  const fresh = await announce(env, ida, "fresh.jpg");
  await putObject(env, `incoming/${arrived}`, camera);
  await putObject(env, `incoming/${fresh}`, camera);
  const sql = `UPDATE photos SET created_at = created_at - INTERVAL 3 HOUR
                WHERE status = 'uploading' AND slug IN (:never, :arrived)`;
  await db.sequelize.query(sql, { replacements: { never, arrived } });

  await fire(env.worker, "sweep-uploads", new Date());
  await expect.poll(async () => (await statusOf(ida, never)).status).toBe("failed");
  expect((await statusOf(ida, never)).reason).toContain("The upload was not finished");
  await expect
    .poll(() => rowOf(db, arrived))
    .toMatchObject({ status: "ready", width: 600, height: 400 });
  expect((await statusOf(ida, fresh)).status).toBe("uploading");
  await complete(ida, fresh);
  await env.drain();
});

test("a photo whose job was lost gets another one from the sweep", async () => {
  const slug = await announce(env, ida, "lost.jpg");
  await putObject(env, `incoming/${slug}`, await picture("orientation 6").bytes());
  const sql = `UPDATE photos SET status = 'processing', created_at = created_at - INTERVAL 3 HOUR
                WHERE slug = :slug`;
  await db.sequelize.query(sql, { replacements: { slug } });
  await fire(env.worker, "sweep-uploads", new Date(Date.now() - 60_000));
  await expect
    .poll(async () => (await statusOf(ida, slug)).status, { timeout: 10_000 })
    .toBe("ready");
});
