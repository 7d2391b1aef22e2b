import { connectDatabase, watchSchema, type Database, type SchemaGate } from "@tendril/database";
import {
  connectQueues,
  createDispatcher,
  createOutbox,
  createTraceRecorder,
  type Outbox,
  type TraceRecorder,
} from "@tendril/jobs";
import type { OperationsContext } from "@tendril/operations";
import {
  createLogger,
  findInstanceId,
  readRelease,
  systemClock,
  type Clock,
  type Logger,
  type Release,
} from "@tendril/runtime";
import { connectStorage, uploadOrigin, type Storage } from "@tendril/storage";

import type { WebConfig } from "./config.ts";
import { createFrontPage, type FrontPage } from "./gallery/front-page.ts";
import { watchSuspensions, type Suspensions } from "./http/suspensions.ts";
import { knowUnreadyOwners, type UnreadyOwners } from "./gallery/unready-owners.ts";
import { loadAssets, type Assets } from "./http/assets.ts";
import { connectRedis, type Redis } from "./http/redis.ts";
import { createSocialParts, type SocialParts } from "./social/parts.ts";
import { countUnreadLive, type UnreadCounts } from "./notifications/unread-counts.ts";
import { watchUploads, type UploadWatcher } from "./upload/watcher.ts";

/** What rules and routes of the web tier work with; passed as the first argument, never imported. */
export type WebContext = {
  config: WebConfig;
  instanceId: string;
  release: Release;
  logger: Logger;
  clock: Clock;
  db: Database;
  schemaGate: SchemaGate;
  redis: Redis;
  storage: Storage;
  outbox: Outbox;
  traces: TraceRecorder;
  suspensions: Suspensions;
  /** What operators do on `/ops` pages, with the same rules as their command line. */
  operations: OperationsContext;
  assets: Assets;
  frontPage: FrontPage;
  uploads: UploadWatcher;
  unready: UnreadyOwners;
  unread: UnreadCounts;
  /** What photos and people show of likes, follows and comments. */
  social: SocialParts;
  /** Where browsers send their files, for the security policy. */
  uploadOrigin: string;
};

export type Overrides = { clock?: Clock };

/** Opens everything in order; `resources` closes it in reverse. */
export async function createContext(
  config: WebConfig,
  resources: AsyncDisposableStack,
  { clock = systemClock }: Overrides = {},
): Promise<WebContext> {
  const instanceId = config.instanceId ?? (await findInstanceId());
  const logger = createLogger({ level: config.logLevel, tier: "web", instance: instanceId });
  const db = resources.use(connectDatabase(config.database));
  const schemaGate = resources.use(watchSchema(db, logger));
  const redis = resources.use(await connectRedis(config.redisUrl, logger));
  const storage = resources.use(connectStorage(config.storage));
  const queues = resources.use(connectQueues(config.queues));
  const dispatcher = resources.use(createDispatcher({ db, queues, clock, logger }));
  const outbox = createOutbox(dispatcher, clock);
  const release = readRelease(new URL("../", import.meta.url));
  const traces = resources.use(createTraceRecorder({ db, clock, logger, instanceId, release }));
  const frontPage = resources.use(createFrontPage({ db, redis, logger, clock, config }));
  const uploads = resources.use(
    watchUploads({ db, logger, beforeReady: () => frontPage.refresh() }),
  );
  const unready = resources.use(knowUnreadyOwners({ db, logger }));
  const unread = resources.use(countUnreadLive({ db, clock, logger }));
  const suspensions = resources.use(watchSuspensions({ db, clock, logger }));
  // Before it is known, a request would find out the hard way.
  await schemaGate.looked;
  return {
    config,
    instanceId,
    release,
    logger,
    clock,
    db,
    schemaGate,
    redis,
    storage,
    outbox,
    traces,
    suspensions,
    operations: { db, queues, dispatcher, outbox, clock },
    assets: await loadAssets(config.assetBaseUrl),
    frontPage,
    uploads,
    unready,
    unread,
    social: createSocialParts({ db, clock }),
    uploadOrigin: await uploadOrigin(storage),
  };
}
