import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { z } from "zod";

import { callBackend } from "../proxy.ts";

/** Of these, the first can be read at any time; the other two have to be restored first. */
const glacierClasses = ["GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"] as const;
export type GlacierClass = (typeof glacierClasses)[number];

const day = 86_400_000;

const archived = z.object({
  storageClass: z.enum(glacierClasses),
  /** The object that lies there; another one under the same key is not archived. */
  version: z.string(),
  restore: z
    .discriminatedUnion("state", [
      z.object({ state: z.literal("ongoing"), days: z.number() }),
      z.object({ state: z.literal("restored"), until: z.number() }),
    ])
    .nullable(),
});
export type Archived = z.output<typeof archived>;
const kept = z.record(z.string(), archived);

/** What lies in the Glacier classes of one bucket. Time does not pass by itself: whoever plays S3 says what has come to its end. */
export interface Glacier {
  readonly bucket: string;
  /** As a lifecycle rule moves an object there. */
  archive(key: string, storageClass?: GlacierClass): Promise<void>;
  /** The hours that a restore takes have gone by. */
  finish(key: string): Promise<void>;
  /** The days that a restored copy lives have gone by. */
  expire(key: string): Promise<void>;
  /** Undefined for what is not archived, or not there any more. */
  find(key: string): Promise<Archived | undefined>;
  exists(key: string): Promise<boolean>;
  begin(key: string, days: number): Promise<void>;
}

type Options = { backend: string; bucket: string; file: string; now: () => number };

/** The server behind knows no storage classes. `file` keeps them over a restart. */
export function openGlacier({ backend, bucket, file, now }: Options): Glacier {
  const objects = new Map(
    Object.entries(existsSync(file) ? kept.parse(JSON.parse(readFileSync(file, "utf8"))) : {}),
  );
  const save = () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(Object.fromEntries(objects)));
  };
  const find = async (key: string) => {
    const known = objects.get(key);
    return known && known.version === (await versionOf(backend, bucket, key)) ? known : undefined;
  };
  const change = async (key: string, restore: (known: Archived) => Archived["restore"]) => {
    const known = await find(key);
    if (!known) throw new Error(`${key} does not lie in the archive`);
    objects.set(key, { ...known, restore: restore(known) });
    save();
  };
  return {
    bucket,
    find,
    exists: async (key) => (await versionOf(backend, bucket, key)) !== undefined,
    async archive(key, storageClass = "GLACIER") {
      const version = await versionOf(backend, bucket, key);
      if (version === undefined) throw new Error(`There is no ${key}`);
      objects.set(key, { storageClass, version, restore: null });
      save();
    },
    finish: (key) =>
      change(key, ({ restore }) => {
        if (restore?.state !== "ongoing") throw new Error(`${key} is not being restored`);
        return { state: "restored", until: endOfDays(now(), restore.days) };
      }),
    expire: (key) =>
      change(key, ({ restore }) => {
        if (restore?.state !== "restored") throw new Error(`${key} is not restored`);
        return { state: "restored", until: now() - 1_000 };
      }),
    begin: (key, days) =>
      change(key, (known) =>
        isRestored(known, now())
          ? { state: "restored", until: endOfDays(now(), days) }
          : { state: "ongoing", days },
      ),
  };
}

/** S3 counts whole days and rounds up to the next midnight, UTC. */
const endOfDays = (now: number, days: number) => (Math.floor(now / day) + days + 1) * day;

export function isRestored({ restore }: Archived, now: number): boolean {
  return restore?.state === "restored" && restore.until > now;
}

export function isReadable(known: Archived, now: number): boolean {
  return known.storageClass === "GLACIER_IR" || isRestored(known, now);
}

/** What tells an object from another one that is put in its place. */
async function versionOf(
  backend: string,
  bucket: string,
  key: string,
): Promise<string | undefined> {
  const path = `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  const { outgoing, answered } = callBackend(backend, { method: "HEAD", path, headers: {} });
  outgoing.end();
  const { statusCode, headers } = (await answered).resume();
  return statusCode === 200 ? `${headers.etag} ${headers["last-modified"]}` : undefined;
}
