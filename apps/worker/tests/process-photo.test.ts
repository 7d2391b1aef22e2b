import type { DatabaseConnection } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { album, cameraSecrets, luggage, smuggled } from "@tendril/dev-env/album";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import {
  bucketKeys,
  getObject,
  openDatabase,
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
const slugs = new Map<string, string>();

beforeAll(async () => {
  env = await startTestEnv();
  db = openDatabase(env);
  ida = await signedUp(env, "ida");
  for (const picture of album) {
    const { name, fileName } = picture;
    slugs.set(name, await upload(env, ida, { fileName, bytes: await picture.bytes() }));
  }
  await env.drain(100_000);
}, 120_000);
afterAll(async () => {
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

const photoOf = (name: string) => rowOf(db, slugs.get(name) ?? "");

const usable = album.flatMap(({ expected, ...rest }) =>
  expected.status === "ready" ? [{ ...rest, expected }] : [],
);
const unusable = album.flatMap(({ expected, ...rest }) =>
  expected.status === "failed" ? [{ ...rest, expected }] : [],
);

describe("a usable picture", () => {
  test.each(usable)("$name becomes a photo of the right size", async ({ name, expected }) => {
    const { status, width, height, contentType } = await photoOf(name);
    expect({ status, width, height, contentType }).toEqual(expected);
  });

  test.each(usable)("$name is kept as it came, privately", async ({ name, bytes }) => {
    const { slug, originalBytes } = await photoOf(name);
    const came = await bytes();
    const kept = await getObject(env, `originals/${slug}`);
    expect(kept.equals(came)).toBe(true);
    expect(originalBytes).toBe(came.length);
    const cdn = env.environment["CDN_BASE_URL"];
    for (const key of [`originals/${slug}`, `incoming/${slug}`])
      expect((await fetch(`${cdn}/${key}`)).status).toBe(403);
  });
});

test.each(unusable)("$name fails with its reason", async ({ name, expected }) => {
  const { slug, status, failure, fileKey } = await photoOf(name);
  expect({ status, failure }).toEqual({ status: "failed", failure: expected.reason });
  expect((await statusOf(ida, slug)).reason).toMatch(/\w{3}.*\.$/);
  expect(await bucketKeys(env, `originals/${slug}`)).toEqual([]);
  expect(await bucketKeys(env, `photos/${fileKey}/`)).toEqual([]);
});

test("nothing is left where uploads wait", async () => {
  expect(await bucketKeys(env, "incoming/")).toEqual([]);
});

test("no attempt was made twice, and the worker is alive", async () => {
  const sql = "SELECT name, last_error FROM jobs WHERE attempts > 1";
  const again = await rows(db, z.object({ name: z.string() }), sql);
  expect(again).toEqual([]);
  expect((await fetch(`${env.worker.url}/health`)).status).toBe(200);
});

test("no served byte tells where, with what, by whom or from which file a photo was made", async () => {
  const keys = await bucketKeys(env, "photos/");
  expect(keys.length).toBeGreaterThan(usable.length);
  const secrets = [...Object.values(cameraSecrets), smuggled, "Exif", "GPS", "photoshop", "Acme"];
  for (const key of keys) {
    const response = await fetch(`${env.environment["CDN_BASE_URL"]}/${key}`);
    expect(response.status).toBe(200);
    const variant = Buffer.from(await response.arrayBuffer());
    expect({ key, luggage: luggage(variant) }).toEqual({ key, luggage: [] });
    const told = JSON.stringify([...response.headers]) + variant.toString("latin1");
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  }
});

test("no page that others see holds a file's name or what the camera wrote", async () => {
  const visitor = env.client();
  const first = await visitor.get("/");
  const secrets = [...Object.values(cameraSecrets), ...album.map(({ fileName }) => fileName)];
  const paths = ["/@ida", "/feed.atom", ...usable.map(({ name }) => `/photos/${slugs.get(name)}`)];
  for (const page of [first, ...(await Promise.all(paths.map((path) => visitor.get(path))))]) {
    const told = JSON.stringify([...page.headers]) + page.text;
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  }
  expect(first.text).toContain(`/photos/${slugs.get("grey")}`);
});
