import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { encodeCursor } from "../src/http/cursor.ts";
import { olderHref, publish, sendPhoto, slugsOn, untilReady, untilShown } from "./_photos.ts";

let env: TestEnv;
let anna: Client;
let bruno: Client;
/** Anna's public photos, newest first. */
let photos: string[] = [];
let secret = "";

beforeAll(async () => {
  env = await startTestEnv({ environment: { GALLERY_PAGE_SIZE: "3" } });
  [anna, bruno] = [env.client(), env.client()];
  await Promise.all([anna.signUp("anna"), bruno.signUp("bruno")]);
  for (let count = 1; count <= 8; count++)
    photos.unshift(await publish(anna, { caption: `No ${count}` }));
  secret = await publish(anna, { caption: "For friends", visibility: "link" });
});
afterAll(() => env?.[Symbol.asyncDispose]());

/** Follows the links to older photos to their end; `meanwhile` runs after the first page. */
async function walk(client: Client, from: string, meanwhile?: () => Promise<unknown>) {
  const pages: string[][] = [];
  for (let href: string | undefined = from; href !== undefined;) {
    const page = await client.get(href);
    expect(page.status).toBe(200);
    pages.push(slugsOn(page));
    if (pages.length === 1) await meanwhile?.();
    href = olderHref(page);
  }
  return pages;
}

describe("the pages of the gallery", () => {
  test.each(["/", "/@anna"])("from %s show each photo once, newest first", async (path) => {
    expect(await walk(env.client(), path)).toEqual([
      photos.slice(0, 3),
      photos.slice(3, 6),
      photos.slice(6),
    ]);
  });

  test("show no photo twice and leave none out when one is added meanwhile", async () => {
    const before = [...photos];
    const pages = await walk(env.client(), "/", async () => {
      photos.unshift(await publish(anna, { caption: "No 9" }));
    });
    expect(pages.flat()).toEqual(before);
    expect((await walk(env.client(), "/")).flat()).toEqual(photos);
  });

  test("lead from older ones back to the newest", async () => {
    const older = await env.client().get(olderHref(await env.client().get("/")) ?? "");
    expect(older.text).toContain('<a href="/">Back to the newest</a>');
    expect(older.headers.get("server-timing")).toBe('gallery;desc="database"');
  });

  test("end with words, not with a mistake, behind the last photo", async () => {
    const before = encodeCursor({ publishedAt: new Date(0), id: 1 });
    for (const path of ["/", "/@anna"]) {
      const page = await env.client().get(`${path}?before=${before}`);
      expect([page.status, page.text]).toEqual([200, expect.stringContaining("Nothing older")]);
      expect(page.text).toContain("You have reached the beginning.");
    }
  });

  test.each([
    "",
    "x",
    "MTIz",
    Buffer.from("123.0456").toString("base64url"),
    Buffer.from("1.1 OR 1=1").toString("base64url"),
    Buffer.from("999999999999999.1").toString("base64url"),
    `${Buffer.from("123.456").toString("base64url")}=`,
    "🌿",
    "a&before=b",
  ])("refuse the tampered cursor %j", async (cursor) => {
    for (const path of ["/", "/@anna"]) {
      const page = await env.client().get(`${path}?before=${cursor}`);
      expect([path, page.status]).toEqual([path, 400]);
      expect(page.text).toContain("does not lead to a page of the gallery");
    }
  });

  test("say where the list came from", async () => {
    const front = await env.client().get("/");
    expect(front.headers.get("server-timing")).toBe('gallery;desc="cache"');
    expect(front.text).toContain("Served from the cache");
    const own = await env.client().get("/@anna");
    expect(own.headers.get("server-timing")).toBe('gallery;desc="database"');
    expect(own.text).toContain("Fetched from the database");
  });
});

describe("a photo for those with the link", () => {
  test("is in no list that others see, but has its page", async () => {
    for (const [client, path] of [
      [env.client(), "/"],
      [env.client(), "/@anna"],
      [bruno, "/@anna"],
      [anna, "/"],
    ] as const)
      expect((await walk(client, path)).flat()).not.toContain(secret);
    const page = await env.client().get(`/photos/${secret}`);
    expect([page.status, page.text]).toEqual([200, expect.stringContaining("For friends")]);
    expect(page.text).toContain('<meta name="robots" content="noindex">');
    for (const slug of photos)
      expect((await env.client().get(`/photos/${slug}`)).text).not.toContain(secret);
  });

  test("is on its owner's own page", async () => {
    expect((await walk(anna, "/@anna")).flat()).toContain(secret);
  });

  test("does not count among the photos that others are told of", async () => {
    expect((await env.client().get("/@anna")).text).toContain(`${photos.length} photos`);
  });
});

test("a photo that is not ready is shown to its owner, and to others is nowhere", async () => {
  await env.worker.stop();
  const slug = await sendPhoto(bruno, { fileName: "on its way.jpg" });
  for (const path of ["/", "/@bruno", `/photos/${slug}`]) {
    const page = await bruno.get(path);
    expect([path, page.status]).toEqual([path, 200]);
    expect(page.text).toContain("on its way.jpg");
  }
  for (const other of [anna, env.client()]) {
    for (const path of [`/photos/${slug}`, `/photos/${slug}/tile`])
      expect([path, (await other.get(path)).status]).toEqual([path, 404]);
    for (const path of ["/", "/@bruno"])
      expect((await other.get(path)).text).not.toMatch(new RegExp(`${slug}|on its way`));
  }
  expect((await anna.get(`/api/photos/${slug}/status`)).status).toBe(404);
  await env.worker.start();
  photos.unshift(await untilReady(bruno, slug));
  await untilShown(bruno, slug);
  expect((await env.client().get(`/photos/${slug}/tile`)).text).toContain(slug);
});
