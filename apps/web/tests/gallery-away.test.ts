import { startTestEnv, type Client, type TestEnv } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readConfig } from "../src/config.ts";
import { start } from "../src/start.ts";
import { publish, slugsOn } from "./_photos.ts";

let env: TestEnv;
let anna: Client;
let slug = "";

beforeAll(async () => {
  env = await startTestEnv();
  anna = env.client();
  await anna.signUp("anna");
  slug = await publish(anna, { caption: "Low tide" });
});
afterAll(() => env?.[Symbol.asyncDispose]());

const another = (instanceId: string, more: Record<string, string> = {}) =>
  start(readConfig({ ...env.environment, PORT: "0", INSTANCE_ID: instanceId, ...more }));

describe("a second web server", () => {
  test("shows a new photo within about a second, and so does one that comes later", async () => {
    await using second = await another("web-2");
    const page = await env.client().get(second.url);
    expect(page.headers.get("x-served-by")).toBe("web-2");
    expect(slugsOn(page)).toEqual([slug]);

    const added = await publish(anna, { caption: "High tide" });
    await expect
      .poll(async () => slugsOn(await env.client().get(second.url)), { timeout: 1_500 })
      .toEqual([added, slug]);
    await using third = await another("web-3");
    expect(slugsOn(await env.client().get(third.url))).toEqual([added, slug]);
  });

  test("knows the people who signed in at the first", async () => {
    await using second = await another("web-2");
    expect((await anna.get(`${second.url}/upload`)).status).toBe(200);
  });

  test("without a cache asks the database each time", async () => {
    await using second = await another("web-slow", { CACHE: "off" });
    for (const _ of [1, 2]) {
      const page = await env.client().get(second.url);
      expect(page.headers.get("server-timing")).toBe('gallery;desc="database"');
      expect(page.text).toContain("Fetched from the database");
      expect(slugsOn(page)).toContain(slug);
    }
  });

  test("does without Redis", async () => {
    await env.stop("redis");
    try {
      await using second = await another("web-2");
      expect(slugsOn(await env.client().get(second.url))).toContain(slug);
    } finally {
      await env.resume("redis");
    }
  });
});

describe("while the database is away", () => {
  test("the front page shows from the cache, all else says 503, and all is well afterwards", async () => {
    // Redis was away before: the connection to it comes back after a pause.
    await expect.poll(async () => (await anna.get("/")).text).toContain("menu__who");
    await env.stop("database");
    try {
      for (const client of [env.client(), anna]) {
        const front = await client.get("/");
        expect(front.status).toBe(200);
        expect(slugsOn(front)).toContain(slug);
        expect(front.headers.get("server-timing")).toBe('gallery;desc="cache"');
      }
      for (const path of ["/@anna", `/photos/${slug}`, "/?before=MS4x"]) {
        const page = await env.client().get(path);
        expect([path, page.status, page.headers.get("retry-after")]).toEqual([path, 503, "10"]);
        expect(page.text).toContain("The database cannot be reached right now");
      }
      const json = await anna.get(`/api/photos/${slug}/status`);
      expect([json.status, json.json()]).toMatchObject([503, { error: { code: "unavailable" } }]);
      const form = { login: "anna", password: "tendril-demo" };
      expect((await env.client().post("/sign-in", form)).status).toBe(503);

      // Health must not empty the fleet; readiness tells.
      expect((await env.client().get("/health")).status).toBe(200);
      await expect
        .poll(async () => (await env.client().get("/health/ready")).status, { timeout: 5_000 })
        .toBe(503);
    } finally {
      await env.resume("database");
    }
    await expect.poll(async () => (await env.client().get("/@anna")).status).toBe(200);
    await expect
      .poll(async () => (await env.client().get("/health/ready")).status, { timeout: 5_000 })
      .toBe(200);
    const added = await publish(anna);
    expect(slugsOn(await env.client().get("/"))).toContain(added);
  });

  test("a web server that starts then says so, and shows the gallery afterwards", async () => {
    await env.stop("database");
    await using second = await another("web-2");
    expect((await env.client().get(second.url)).status).toBe(503);
    await env.resume("database");
    await expect
      .poll(async () => (await env.client().get(second.url)).status, { timeout: 5_000 })
      .toBe(200);
  });
});
