import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { queueNames } from "@tendril/jobs";
import { createPool, type Pool, type RowDataPacket } from "mysql2/promise";
import { createClient } from "redis";
import { z } from "zod";

import { REGION, type ServerAddresses } from "../servers/servers.ts";
import { CREDENTIALS } from "../space/secrets.ts";
import type { Space } from "../space/space.ts";
import type { PhotosView, QueueView, TickView } from "./fleet.ts";
import type { Ground } from "./ground.ts";

export type Census = {
  queues: readonly QueueView[];
  sessions: number | null;
  photos: readonly PhotosView[];
  ticks: readonly TickView[];
};

/** Counts what lies in the servers, past the fronts: also while a dependency is broken for the fleet. */
export interface Counter extends AsyncDisposable {
  count(): Promise<Census>;
  /** Whether the Redis behind that space has the session. */
  knowsSession(space: Space, id: string): Promise<boolean>;
}

const timeoutMs = 5_000;
/** Enough for a walk with a small album. */
const mostPhotos = 1_000;

export function openCounter(servers: ServerAddresses, ground: Ground): Counter {
  const { mariadb, redis, fauxqs } = servers;
  const { shared } = ground;
  /** In the order of their numbers, however long each took to come. */
  const plots = () =>
    [...ground.plots].sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  const pool: Pool = createPool({
    host: "127.0.0.1",
    ...mariadb,
    timezone: "Z",
    connectionLimit: 1,
    connectTimeout: timeoutMs,
  });
  /** All have the same, or there is but one. */
  const database = () => (plots()[0]?.[1].database ?? shared).name;
  const s3 = new S3Client({
    endpoint: fauxqs,
    region: REGION,
    credentials: CREDENTIALS,
    forcePathStyle: true,
    requestHandler: { connectionTimeout: timeoutMs, requestTimeout: timeoutMs },
  });
  const clients = new Map<string, Promise<Redis>>();
  const redisOf = ({ environment }: Space) => {
    const number = new URL(environment["REDIS_URL"] ?? "").pathname;
    const client = clients.get(number) ?? connect(`redis://127.0.0.1:${redis.port}${number}`);
    clients.set(number, client);
    return client;
  };

  const countQueues = async (): Promise<QueueView[]> => {
    const all = listed.parse(await ask(`${fauxqs}/_fauxqs/queues`));
    const byName = new Map(all.map((queue) => [queue.name, queue]));
    const places = new Map<Space, string | null>();
    for (const [server, { queues }] of plots())
      places.set(queues, queues === shared ? null : server);
    const views: QueueView[] = [];
    for (const [space, server] of places)
      for (const name of [...queueNames, "cron", "mail-events"]) {
        const queue = byName.get(`${space.name}-${name}`);
        if (!queue) continue;
        views.push({
          name,
          server,
          visible: queue.approximateMessageCount,
          inFlight: queue.approximateInflightCount,
          delayed: queue.approximateDelayedCount,
          dead: byName.get(`${space.name}-${name}-dead`)?.approximateMessageCount ?? 0,
          oldestSeconds:
            queue.approximateMessageCount + queue.approximateInflightCount === 0
              ? null
              : await ageOfOldest(fauxqs, queue.name),
        });
      }
    return views;
  };

  const countSessions = async (): Promise<number> => {
    const spaces = new Set(plots().map(([, { sessions }]) => sessions));
    let count = 0;
    for (const space of spaces) {
      const client = await redisOf(space);
      for await (const keys of client.scanIterator({ MATCH: "session:*", COUNT: 500 }))
        count += keys.length;
    }
    return count;
  };

  const countPhotos = async (): Promise<PhotosView[]> => {
    const [rows] = await pool.query<({ fileKey: string } & RowDataPacket)[]>(
      `SELECT file_key AS fileKey FROM ${database()}.photos
        WHERE status = 'ready' ORDER BY id DESC LIMIT ${mostPhotos}`,
    );
    const kept = new Map<string, ReadonlySet<string>>();
    const views: PhotosView[] = [];
    for (const [server, { photos }] of plots()) {
      const bucket = photos.environment["PHOTO_BUCKET"] ?? "";
      const folders = kept.get(bucket) ?? (await foldersIn(s3, bucket));
      kept.set(bucket, folders);
      const here = rows.filter(({ fileKey }) => folders.has(fileKey)).length;
      views.push({ server, kept: here, all: rows.length });
    }
    return views;
  };

  const countTicks = async (): Promise<TickView[]> => {
    const [rows] = await pool.query<(TickView & RowDataPacket)[]>(
      `SELECT task, scheduled_at AS scheduledAt, tries, instance FROM ${database()}.schedule_ticks
        WHERE state <> 'missed' ORDER BY scheduled_at DESC, task LIMIT 10`,
    );
    return rows.map(({ task, scheduledAt, tries, instance }) => ({
      task,
      scheduledAt,
      tries,
      instance,
    }));
  };

  return {
    async count() {
      const [queues, sessions, photos, ticks] = await Promise.all([
        countQueues().catch(() => []),
        countSessions().catch(() => null),
        countPhotos().catch(() => []),
        countTicks().catch(() => []),
      ]);
      return { queues, sessions, photos, ticks };
    },
    async knowsSession(space, id) {
      return (await (await redisOf(space)).exists(`session:${id}`)) === 1;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients.values()) (await client.catch(() => undefined))?.destroy();
      s3.destroy();
      await pool.end();
    },
  };
}

type Redis = Awaited<ReturnType<typeof connect>>;

async function connect(url: string) {
  const client = createClient({ url, socket: { connectTimeout: timeoutMs } });
  client.on("error", () => {});
  return client.connect();
}

const listed = z.array(
  z.object({
    name: z.string(),
    approximateMessageCount: z.number(),
    approximateInflightCount: z.number(),
    approximateDelayedCount: z.number(),
  }),
);

async function ask(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  return answer.json();
}

const message = z.object({ sentTimestamp: z.number() });
const inspected = z.object({
  messages: z.object({
    ready: z.array(message),
    inflight: z.array(z.object({ message })),
  }),
});

/** What CloudWatch calls ApproximateAgeOfOldestMessage. */
async function ageOfOldest(fauxqs: string, queue: string): Promise<number | null> {
  const { messages } = inspected.parse(await ask(`${fauxqs}/_fauxqs/queues/${queue}`));
  const all = [...messages.ready, ...messages.inflight.map(({ message }) => message)];
  if (all.length === 0) return null;
  const oldest = all.reduce((least, { sentTimestamp }) => Math.min(least, sentTimestamp), Infinity);
  return Math.round((Date.now() - oldest) / 1_000);
}

/** The photos whose variants lie in that bucket, by their file key. */
async function foldersIn(s3: S3Client, bucket: string): Promise<ReadonlySet<string>> {
  const command = new ListObjectsV2Command({
    Bucket: bucket,
    Prefix: "photos/",
    Delimiter: "/",
    MaxKeys: mostPhotos,
  });
  const { CommonPrefixes = [] } = await s3.send(command);
  return new Set(CommonPrefixes.map(({ Prefix = "" }) => Prefix.split("/")[1] ?? ""));
}
