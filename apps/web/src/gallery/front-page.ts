import {
  findVisiblePhotos,
  readGalleryVersion,
  visibilities,
  type Database,
  type VisiblePhoto,
} from "@tendril/database";
import { repeat, seconds, type Logger } from "@tendril/runtime";
import { z } from "zod";

import type { Redis } from "../http/redis.ts";

/** What the first page shows to everybody: one more than fits, to know whether there are older ones. */
export type LatestPhotos = { photos: VisiblePhoto[]; from: "cache" | "database" };

export type FrontPage = {
  latest(): Promise<LatestPhotos>;
  /** Compares with the database now instead of within the second. */
  refresh(): Promise<void>;
} & AsyncDisposable;

/** Never older than about this, on any instance. */
const compareMs = seconds(1);
const keepInRedisSeconds = 86_400;

/** Redis outlives releases: what is found there is read as carefully as anything else from outside. */
const storedPhotos = z.array(
  z.object({
    id: z.int(),
    slug: z.string(),
    caption: z.string(),
    alt: z.string(),
    credit: z.string(),
    width: z.int(),
    height: z.int(),
    placeholder: z.string().nullable(),
    fileKey: z.string(),
    takenAt: z.coerce.date().nullable(),
    publishedAt: z.coerce.date(),
    visibility: z.enum(visibilities),
    userId: z.int(),
    username: z.string(),
    displayName: z.string(),
  }),
);

type Parts = {
  db: Database;
  redis: Redis;
  logger: Logger;
  config: { cache: boolean; pageSize: number };
};

/**
 * The newest photos under the gallery's version: every instance compares its version with the database's,
 * and whichever comes first to a new one stores the photos in Redis for the others.
 */
export function createFrontPage({ db, redis, logger, config }: Parts): FrontPage {
  let current: { version: number; photos: VisiblePhoto[] } | undefined;
  const known = () => current?.photos;
  let comparing: Promise<void> | undefined;

  const fromDatabase = () => findVisiblePhotos(db, null, { before: null, limit: config.pageSize });

  const compare = async () => {
    // The version first: photos read after it are at least as new.
    const version = await readGalleryVersion(db);
    if (version === current?.version) return;
    const key = `gallery:${config.pageSize}:${version}`;
    current = {
      version,
      photos: (await recall(redis, key)) ?? (await remember(redis, key, await fromDatabase())),
    };
  };
  /** One comparison at a time in this process; a caller during one waits for the next, which sees all it has to. */
  const refresh = async (): Promise<void> => {
    await comparing?.catch(() => {});
    comparing ??= compare().finally(() => (comparing = undefined));
    await comparing;
  };
  const background = config.cache
    ? repeat(refresh, {
        pauseMs: compareMs,
        onError: (error) =>
          logger.warn({ err: error }, "the front page cannot be compared with the database"),
      })
    : undefined;

  return {
    refresh: config.cache ? refresh : async () => {},
    async latest() {
      if (!config.cache) return { photos: await fromDatabase(), from: "database" };
      const before = known();
      if (before) return { photos: before, from: "cache" };
      await refresh();
      return { photos: known() ?? (await fromDatabase()), from: "database" };
    },
    async [Symbol.asyncDispose]() {
      await background?.[Symbol.asyncDispose]();
    },
  };
}

async function recall(redis: Redis, key: string): Promise<VisiblePhoto[] | undefined> {
  try {
    const stored = await redis.get(key);
    return stored === null ? undefined : storedPhotos.parse(JSON.parse(stored));
  } catch {
    // Redis is away or holds what this release cannot read: the database knows.
    return undefined;
  }
}

async function remember(
  redis: Redis,
  key: string,
  photos: VisiblePhoto[],
): Promise<VisiblePhoto[]> {
  await redis
    .set(key, JSON.stringify(photos), { expiration: { type: "EX", value: keepInRedisSeconds } })
    .catch(() => {});
  return photos;
}
