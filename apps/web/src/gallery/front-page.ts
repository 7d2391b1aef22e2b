import {
  findVisiblePhotos,
  readGalleryVersion,
  type Database,
  type VisiblePhoto,
} from "@tendril/database";
import { hours, repeat, seconds, type Clock, type Logger } from "@tendril/runtime";

import type { Redis } from "../http/redis.ts";
import type { WhereFrom } from "../http/where-from.ts";
import { openEditionStore } from "./edition-store.ts";

/** What the first page shows to everybody under one version of the gallery. The same object while it stays the same. */
export type Edition = {
  /** One more than fits on the page, to know whether there are older ones. */
  photos: readonly VisiblePhoto[];
  /** Since then the database could not be asked whether they are still the newest. */
  since: Date | null;
};

export type FrontPage = {
  /** Without asking anybody; undefined when there is none yet, or none that may still be shown. */
  known(): Edition | undefined;
  /** Asks the database when none is known. */
  latest(): Promise<{ edition: Edition; from: WhereFrom }>;
  /** Compares with the database now instead of within the second. */
  refresh(): Promise<void>;
} & AsyncDisposable;

/** Never older than about this, on any instance. */
const compareMs = seconds(1);
/** Some comparisons did not come to an answer: the page says so. */
const doubtMs = seconds(4);
/** While the database is away. */
const keptMs = hours(1);

type Parts = {
  db: Database;
  redis: Redis;
  logger: Logger;
  clock: Clock;
  config: { cache: boolean; pageSize: number; database: { name: string } };
};

/**
 * The newest photos under the gallery's version: every instance compares its version with the database's,
 * and whichever comes first to a new one reads the photos for all.
 */
export function createFrontPage({ db, redis, logger, clock, config }: Parts): FrontPage {
  type Held = { version: number; comparedAt: number; edition: Edition; doubted?: Edition };
  let held: Held | undefined;
  let comparing: Promise<Edition> | undefined;
  const now = () => clock.now().getTime();

  const read = () => findVisiblePhotos(db, null, { before: null, limit: config.pageSize });
  if (!config.cache) {
    return {
      known: () => undefined,
      latest: async () => ({ edition: { photos: await read(), since: null }, from: "database" }),
      refresh: async () => {},
      [Symbol.asyncDispose]: async () => {},
    };
  }

  const store = openEditionStore({
    redis,
    name: config.database.name,
    pageSize: config.pageSize,
    onNews: (version) => {
      if (version !== held?.version) background.now();
    },
  });
  const compare = async () => {
    const comparedAt = now();
    // The version first: photos read after it are at least as new.
    const version = await readGalleryVersion(db);
    const edition =
      version === held?.version
        ? held.edition
        : { photos: await store.photosOf(version, read), since: null };
    held = { version, comparedAt, edition };
    return edition;
  };
  const compareOnce = () => (comparing ??= compare().finally(() => (comparing = undefined)));
  /** One comparison at a time in this process; a caller during one waits for the next, which sees all it has to. */
  const refresh = async () => {
    await comparing?.catch(() => {});
    await compareOnce();
  };
  const background = repeat(refresh, {
    pauseMs: compareMs,
    onError: (error) =>
      logger.warn({ err: error }, "the front page cannot be compared with the database"),
  });

  const known = () => {
    if (!held) return undefined;
    const age = now() - held.comparedAt;
    if (age < doubtMs) return held.edition;
    if (age > keptMs) return undefined;
    return (held.doubted ??= { ...held.edition, since: new Date(held.comparedAt) });
  };

  return {
    known,
    refresh,
    async latest() {
      const before = known();
      if (before) return { edition: before, from: "cache" };
      return { edition: await compareOnce(), from: "database" };
    },
    async [Symbol.asyncDispose]() {
      await background[Symbol.asyncDispose]();
      store[Symbol.dispose]();
    },
  };
}
