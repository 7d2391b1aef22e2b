import { setTimeout as delay } from "node:timers/promises";

import { visibilities, type VisiblePhoto } from "@tendril/database";
import { minutes, seconds } from "@tendril/runtime";
import { z } from "zod";

import { listenOnRedis, type Redis } from "../http/redis.ts";

/** The photos of the front page, by gallery version, for all processes: one of them reads each from the database. */
export type EditionStore = {
  /** `read` asks the database, when nobody else has or does, and while Redis is away. */
  photosOf(version: number, read: () => Promise<VisiblePhoto[]>): Promise<VisiblePhoto[]>;
} & Disposable;

/**
 * No longer: a database that was restored from a backup counts through the same versions again, and must not
 * find what was stored under them before.
 */
const keptMs = minutes(5);

/** As long as others wait for the one that reads, before they read themselves. */
const patienceMs = seconds(1);
const lookMs = 50;

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
  redis: Redis;
  /** Of this gallery: Redis's channels know no numbered databases. */
  name: string;
  pageSize: number;
  /** Another process has stored that version. */
  onNews: (version: number) => void;
};

export function openEditionStore({ redis, name, pageSize, onNews }: Parts): EditionStore {
  const channel = `gallery:${name}`;
  const ears = listenOnRedis(redis, channel, (message) => onNews(Number(message)));

  const recall = async (key: string): Promise<VisiblePhoto[] | undefined> => {
    const stored = await redis.get(key);
    if (stored === null) return undefined;
    return storedPhotos.safeParse(JSON.parse(stored)).data;
  };
  const claim = (key: string) =>
    redis.set(`${key}:reading`, "1", {
      condition: "NX",
      expiration: { type: "PX", value: patienceMs },
    });
  /** From Redis, as soon as they are there; undefined when this process is to read them. */
  const find = async (key: string): Promise<VisiblePhoto[] | undefined> => {
    for (let waited = 0; waited < patienceMs; waited += lookMs) {
      const photos = await recall(key);
      if (photos || (await claim(key)) !== null) return photos;
      await delay(lookMs);
    }
    return undefined;
  };
  const share = async (key: string, version: number, photos: VisiblePhoto[]) => {
    await redis.set(key, JSON.stringify(photos), { expiration: { type: "PX", value: keptMs } });
    await redis.publish(channel, String(version));
  };

  return {
    async photosOf(version, read) {
      const key = `gallery:${pageSize}:${version}`;
      // Redis is away: the database knows.
      const stored = await find(key).catch(() => undefined);
      if (stored) return stored;
      const photos = await read();
      await share(key, version, photos).catch(() => {});
      return photos;
    },
    [Symbol.dispose]: () => ears[Symbol.dispose](),
  };
}
