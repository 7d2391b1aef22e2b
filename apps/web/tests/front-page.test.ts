import {
  bumpGalleryVersion,
  connectDatabase,
  readDatabaseConfig,
  readGalleryVersion,
  type DatabaseConnection,
} from "@tendril/database";
import { startTestEnv, until, type Client, type TestEnv } from "@tendril/dev-env";
import { createLogger, hours, seconds, systemClock } from "@tendril/runtime";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { readConfig } from "../src/config.ts";
import { openEditionStore } from "../src/gallery/edition-store.ts";
import { createFrontPage } from "../src/gallery/front-page.ts";
import { connectRedis, type Redis } from "../src/http/redis.ts";
import { start } from "../src/start.ts";
import { publish, sendPhoto, slugsOn, untilReady } from "./_photos.ts";

let env: TestEnv;
let anna: Client;
let slug = "";
let db: DatabaseConnection;
let redis: Redis;

const logger = createLogger({ level: "silent", tier: "web", instance: "test" });
const pageSize = 7;

beforeAll(async () => {
  env = await startTestEnv({ environment: { GALLERY_PAGE_SIZE: String(pageSize) } });
  anna = env.client();
  await anna.signUp("anna");
  slug = await publish(anna, { caption: "Before" });
  db = connectDatabase(readDatabaseConfig(env.environment));
  redis = await connectRedis(env.environment["REDIS_URL"] ?? "", logger);
  await until(() => redis.isReady || undefined, { timeout: 10_000, failure: () => "no Redis" });
});
afterAll(async () => {
  redis?.destroy();
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

const parts = () => ({
  db,
  redis,
  logger,
  clock: systemClock,
  config: { cache: true, pageSize, database: { name: env.space.name } },
});

/** How often the photos were read from the database by this process since. */
function countReads() {
  const asked = vi.spyOn(db.sequelize, "query");
  const reads = () => asked.mock.calls.filter(([sql]) => /FROM photos/.test(String(sql))).length;
  return { reads, [Symbol.dispose]: () => asked.mockRestore() };
}

describe("the photos of a version", () => {
  test("are those that the next comparison finds, for whoever asks during one", async () => {
    {
      await using before = createFrontPage(parts());
      await before.refresh();
    }
    // The first comparison of the next one finds the photos of this version in Redis, and is held up there.
    const held = Promise.withResolvers<void>();
    const get = redis.get.bind(redis);
    const asked = vi.spyOn(redis, "get").mockImplementationOnce(async (key) => {
      const stored = await get(key);
      await held.promise;
      return stored;
    });
    await using page = createFrontPage(parts());
    await expect.poll(() => asked.mock.calls.length).toBe(1);
    await anna.post(`/photos/${slug}/edit`, { caption: "After" });
    const refreshed = [page.refresh(), page.refresh()];
    held.resolve();
    await Promise.all(refreshed);
    asked.mockRestore();
    const { edition } = await page.latest();
    expect(edition.photos.map(({ caption }) => caption)).toEqual(["After"]);
  });

  test("are read by one process for all", async () => {
    // A page of this size nobody else shows: what the web tier does is not counted along.
    const config = { ...parts().config, pageSize: 5 };
    await bumpGalleryVersion(db);
    using counted = countReads();
    const pages = Array.from({ length: 4 }, () => createFrontPage({ ...parts(), config }));
    await Promise.all(pages.map((page) => page.latest()));
    expect(counted.reads()).toBe(1);
    for (const page of pages) await page[Symbol.asyncDispose]();
  });

  test("are read by another when the one that began does not come to its end", async () => {
    const version = await readGalleryVersion(db);
    await redis.set(`gallery:4:${version}:reading`, "1", { expiration: { type: "EX", value: 60 } });
    using counted = countReads();
    const config = { ...parts().config, pageSize: 4 };
    await using page = createFrontPage({ ...parts(), config });
    expect((await page.latest()).edition.photos.map(({ slug }) => slug)).toEqual([slug]);
    expect(counted.reads()).toBe(1);
  });

  test("are read once by each process while Redis is away, however many people ask", async () => {
    await using page = createFrontPage(parts());
    await page.latest();
    await env.stop("redis");
    try {
      using counted = countReads();
      await using late = createFrontPage(parts());
      await Promise.all(Array.from({ length: 50 }, () => late.latest()));
      expect(counted.reads()).toBe(1);
      await bumpGalleryVersion(db);
      await Promise.all(Array.from({ length: 50 }, () => late.refresh()));
      await Promise.all(Array.from({ length: 50 }, () => late.latest()));
      // The other process here has its own, once.
      await expect.poll(counted.reads).toBe(3);
    } finally {
      await env.resume("redis");
    }
    await expect.poll(() => redis.isReady).toBe(true);
  });
});

test("a new version is announced to those that listen, also after Redis was away", async () => {
  const heard: number[] = [];
  const open = (onNews: (version: number) => void) =>
    openEditionStore({ redis, name: `${env.space.name}-news`, pageSize: 1, onNews });
  using _listening = open((version) => heard.push(version));
  using telling = open(() => {});
  let version = 1_000;
  const announce = async () => {
    await telling.photosOf(++version, async () => []);
    return heard.length > 0;
  };
  await expect.poll(announce).toBe(true);
  await env.stop("redis");
  await env.resume("redis");
  heard.length = 0;
  await expect.poll(announce).toBe(true);
});

describe("where pages do not tell who served them", () => {
  let production: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    const environment = {
      PORT: "0",
      INSTANCE_ID: "web-https",
      PUBLIC_URL: "https://tendril.example",
      SESSION_SECRETS: "0123456789abcdef0123456789abcdef",
      TOKEN_SECRETS: "fedcba9876543210fedcba9876543210",
      VAPID_PUBLIC_KEY: "",
    };
    production = await start(readConfig({ ...env.environment, ...environment }));
    await env.client().get(production.url);
  });
  afterAll(() => production?.[Symbol.asyncDispose]());
  // As browsers do; `fetch` would say by itself that it wants nothing that is known.
  const reload = { "cache-control": "max-age=0" };
  const visit = (path: string, headers: Record<string, string> = {}) =>
    env.client().get(production.url + path, { ...reload, ...headers });
  /** Without the form that follows it: the page may be compressed by now. */
  const tagOf = async (path: string, headers: Record<string, string> = {}) =>
    (await visit(path, headers)).headers.get("etag")?.slice(1, 23) ?? "";

  test.each(["/", "/feed.atom"])("visitors who hold %s are told so", async (path) => {
    const page = await visit(path);
    expect([page.status, page.headers.get("server-timing")]).toEqual([200, 'gallery;desc="cache"']);
    const again = await visit(path, { "if-none-match": page.headers.get("etag") ?? "" });
    expect([again.status, again.text]).toEqual([304, ""]);
    expect(again.headers.get("x-served-by")).toBe("web-https");
    expect(again.headers.get("x-request-id")).not.toBe(page.headers.get("x-request-id"));
    expect(page.text).not.toContain(page.headers.get("x-request-id"));
  });

  test("a change of what is seen gives a new tag", async () => {
    const before = await tagOf("/");
    await anna.post(`/photos/${slug}/edit`, { caption: "Later", alt: "Later still" });
    await expect.poll(() => tagOf("/")).not.toBe(before);
  });

  test("people who are signed in, or have something to be told, get a page of their own", async () => {
    const tag = await tagOf("/");
    for (const cookie of ["__Host-tendril=s%3Anone.none", "tendril-flash=signed-out"]) {
      const page = await visit("/", { cookie, "if-none-match": tag });
      expect([cookie, page.status, page.headers.get("etag")]).toEqual([cookie, 200, null]);
      expect(slugsOn(page)).toEqual([slug]);
    }
    const told = await visit("/", { cookie: "tendril-flash=signed-out" });
    expect(told.text).toContain("You are signed out.");
    expect(await tagOf("/", { cookie: "theme=dark" })).toBe(tag);
  });

  test("older pages are not sent twice either", async () => {
    const path = `/?before=${Buffer.from(`${Date.now() + hours(1)}.1`).toString("base64url")}`;
    const page = await visit(path);
    expect(slugsOn(page)).toEqual([slug]);
    const again = await visit(path, { "if-none-match": page.headers.get("etag") ?? "" });
    expect([again.status, again.text]).toEqual([304, ""]);
  });

  test("what is for those with the link, narrowed or deleted is on none of them", async () => {
    const secret = await publish(anna, { visibility: "link", caption: "For friends" });
    const narrowed = await publish(anna, { caption: "Narrowed" });
    const deleted = await publish(anna, { caption: "Deleted" });
    await expect.poll(async () => slugsOn(await visit("/"))).toEqual([deleted, narrowed, slug]);
    await anna.post(`/photos/${narrowed}/edit`, { caption: "Narrowed", visibility: "link" });
    await expect.poll(async () => slugsOn(await visit("/"))).toEqual([deleted, slug]);
    await anna.post(`/photos/${deleted}/delete`);
    await expect.poll(async () => slugsOn(await visit("/"))).toEqual([slug]);
    const { text } = await visit("/feed.atom");
    expect(text).toContain(slug);
    for (const gone of [secret, narrowed, deleted]) expect(text).not.toContain(gone);
  });
});

test("a photo on its way is shown to its owner by other servers within about a second", async () => {
  await using second = await start(
    readConfig({ ...env.environment, PORT: "0", INSTANCE_ID: "web-2" }),
  );
  await env.worker.stop();
  const sent = await sendPhoto(anna, { fileName: "on its way.jpg" });
  const shown = async () => (await anna.get(second.url)).text.includes("on its way.jpg");
  await expect.poll(shown).toBe(true);
  await env.worker.start();
  await untilReady(anna, sent);
  await expect.poll(shown).toBe(false);
});

test("while the database is away the page says so, and after an hour it is not shown any more", async () => {
  let passed = 0;
  const clock = { now: () => new Date(Date.now() + passed) };
  const config = readConfig({ ...env.environment, PORT: "0", INSTANCE_ID: "web-away" });
  await using server = await start(config, { clock });
  const visit = (path: string) => env.client().get(server.url + path);
  await expect.poll(async () => (await visit("/")).headers.get("server-timing")).toContain("cache");
  await env.stop("database");
  try {
    passed = seconds(10);
    for (const path of ["/", "/feed.atom"]) {
      const page = await visit(path);
      expect([path, page.status]).toEqual([path, 200]);
      expect(page.headers.get("server-timing")).toMatch(
        /^gallery;desc="cache", stale;desc="since 20[\dT:.-]+Z"$/,
      );
      expect(page.text).toContain(slug);
    }
    expect((await visit("/")).text).toContain("These are the photos as they were on");
    passed = hours(1) + seconds(60);
    for (const path of ["/", "/feed.atom"]) {
      const page = await visit(path);
      expect([path, page.status, page.headers.get("retry-after")]).toEqual([path, 503, "10"]);
    }
  } finally {
    await env.resume("database");
  }
  await expect.poll(async () => (await visit("/")).status).toBe(200);
  expect((await visit("/")).text).not.toContain("These are the photos as they were on");
});
