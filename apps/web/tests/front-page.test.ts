import { connectDatabase, readDatabaseConfig } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { createLogger } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { createFrontPage } from "../src/gallery/front-page.ts";
import { connectRedis } from "../src/http/redis.ts";
import { publish } from "./_photos.ts";

let env: TestEnv;

beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env?.[Symbol.asyncDispose]());

test("whoever asks for what is new during a comparison gets what the next one finds", async () => {
  const anna = env.client();
  await anna.signUp("anna");
  const slug = await publish(anna, { caption: "Before" });
  await using db = connectDatabase(readDatabaseConfig(env.environment));
  const logger = createLogger({ level: "silent", tier: "web", instance: "test" });
  using redis = await connectRedis(env.environment["REDIS_URL"] ?? "", logger);
  await expect.poll(() => redis.isReady).toBe(true);
  const parts = { db, redis, logger, config: { cache: true, pageSize: 7 } };
  {
    await using before = createFrontPage(parts);
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
  await using page = createFrontPage(parts);
  await expect.poll(() => asked.mock.calls.length).toBe(1);
  await anna.post(`/photos/${slug}/edit`, { caption: "After" });
  const refreshed = [page.refresh(), page.refresh()];
  held.resolve();
  await Promise.all(refreshed);
  expect((await page.latest()).photos.map(({ caption }) => caption)).toEqual(["After"]);
});
