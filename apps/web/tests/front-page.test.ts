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
import { count, idOf } from "./_notifications.ts";
import { promote } from "./_ops.ts";
import { shownTo, whoIs } from "./_people.ts";
import { publish, sendPhoto, slugsOn, untilReady } from "./_photos.ts";
import { https, startProduction } from "./_production.ts";
import { watchRedis } from "./_redis.ts";

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
  // The web tier finds it again by itself, and until then nobody is signed in.
  await expect.poll(() => whoIs(anna)).toBe("anna");
});

describe("where pages do not tell who served them", () => {
  let production: Awaited<ReturnType<typeof startProduction>>;
  beforeAll(async () => {
    production = await startProduction(env);
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

  describe("people who are signed in", () => {
    const member = async (username: string): Promise<Client> => {
      const client = env.client();
      const words = { username, email: `${username}@example.com`, password: "tendril-demo" };
      await client.post(`${production.url}/sign-up`, words, https);
      const login = { login: username, password: words.password };
      const answer = await client.post(`${production.url}/sign-in`, login, https);
      expect(answer.status).toBe(303);
      return client;
    };
    const open = (client: Client, headers: Record<string, string> = {}) =>
      client.get(production.url, { ...reload, ...headers });
    /** The app answers it, as it does whatever is not the front page to the letter. */
    const openByApp = (client: Client) => client.get(`${production.url}/?`, reload);
    const same = ({ status, headers, text }: Awaited<ReturnType<typeof open>>) => {
      const own = new Set(["x-request-id", "date", "etag", "set-cookie"]);
      return { status, text, headers: [...headers].filter(([name]) => !own.has(name)).sort() };
    };

    test("get the page that the app makes, from one question to Redis", async () => {
      const mia = await member("mia");
      const greeted = await open(mia);
      expect(greeted.text).toContain("Welcome to Tendril.");
      await using redis = await watchRedis(env.environment["REDIS_URL"] ?? "");
      const [first, again, byApp] = [await open(mia), await open(mia), await openByApp(mia)];
      expect([shownTo(first), slugsOn(first)]).toEqual(["mia", [slug]]);
      expect(first.text).not.toContain("Welcome to Tendril.");
      expect(same(first)).toEqual(same(byApp));
      expect(same(again)).toEqual(same(byApp));
      expect([first.headers.get("etag"), byApp.headers.get("etag")]).toEqual([
        expect.stringMatching(/^"[\w-]{22}"$/),
        null,
      ]);
      const asked = (await redis.commands()).filter((command) => command.includes("session"));
      expect(asked).toEqual(Array(3).fill(expect.stringMatching(/^GETEX session:/)));
    });

    test("are told when they hold the very page, and never that of somebody else", async () => {
      const [nora, otto] = [await member("nora"), await member("otto")];
      await count(db, await idOf(db, "nora"), {});
      await expect.poll(async () => (await open(nora)).text).toContain("1 unread");
      const tag = (await open(nora)).headers.get("etag") ?? "";
      const holds = { "if-none-match": tag };
      const again = await open(nora, holds);
      expect([again.status, again.text]).toEqual([304, ""]);
      expect(again.headers.get("cache-control")).toBe("private, no-cache");
      await open(otto);
      expect(shownTo(await open(otto, holds))).toBe("otto");
      const cookie = `${nora.cookies.header}; tendril-flash=mail-sent`;
      expect((await open(nora, { ...holds, cookie })).text).toContain("The mail is on its way.");

      const until = new Date().toISOString();
      await nora.post(`${production.url}/notifications/read`, { until }, https);
      expect((await open(nora, holds)).status).toBe(200);
      await nora.post(`${production.url}/sign-out`, {}, https);
      await open(nora);
      const after = await open(nora, holds);
      expect([after.status, shownTo(after)]).toEqual([200, null]);
    });

    test("and have photos on their way by another server see them, from one question to Redis", async () => {
      const pia = await member("pia");
      const photographer = env.client();
      await photographer.signIn("pia");
      await open(pia);
      await env.worker.stop();
      const sent = await sendPhoto(photographer, { fileName: "still coming.jpg" });
      await expect.poll(async () => (await open(pia)).text).toContain("still coming.jpg");
      await using redis = await watchRedis(env.environment["REDIS_URL"] ?? "");
      expect((await open(pia)).text).toContain("still coming.jpg");
      const asked = (await redis.commands()).filter((command) => command.includes("session"));
      expect(asked).toEqual([expect.stringMatching(/^GETEX session:/)]);
      await env.worker.start();
      await untilReady(photographer, sent);
      await expect.poll(async () => slugsOn(await open(pia))).toContain(sent);
      await expect.poll(async () => (await open(pia)).text).not.toContain("still coming.jpg");
      await photographer.post(`/photos/${sent}/delete`);
    });

    test("and are operators see who served them, and what each server depends on", async () => {
      await member("olga");
      await promote(env, "olga");
      const olga = await member("olga");
      const page = await open(olga);
      expect(page.text).toContain(page.headers.get("x-request-id"));
      expect(page.headers.get("etag")).toBeNull();
      const ready = (client: Client) =>
        client.get(`${production.url}/health/ready`, { accept: "application/json" });
      expect((await ready(olga)).json()).toMatchObject({ ready: true, database: "ok" });
      expect((await ready(await member("nina"))).text).toBe("ok");
      expect((await ready(env.client())).text).toBe("ok");
    });

    test("and are suspended are signed out within about a second", async () => {
      const sven = await member("sven");
      expect(shownTo(await open(sven))).toBe("sven");
      await db.sequelize.query("UPDATE users SET suspended_at = NOW(3) WHERE username = 'sven'");
      await expect.poll(async () => shownTo(await open(sven))).toBeNull();
    });

    test("are shown as visitors who keep their cookie while Redis is away", async () => {
      const rosa = await member("rosa");
      await open(rosa);
      await env.stop("redis");
      try {
        const page = await open(rosa);
        expect([page.status, shownTo(page), page.headers.getSetCookie()]).toEqual([200, null, []]);
        expect(page.text).toContain("Sign-in is away for a moment");
      } finally {
        await env.resume("redis");
      }
      await expect.poll(async () => shownTo(await open(rosa))).toBe("rosa");
      await expect.poll(() => whoIs(anna)).toBe("anna");
    });
  });
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
