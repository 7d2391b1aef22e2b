import type { SESClient } from "@aws-sdk/client-ses";
import { connectDatabase, type Database } from "@tendril/database";
import {
  connectQueues,
  createDispatcher,
  createOutbox,
  type Dispatcher,
  type Outbox,
  type Queues,
} from "@tendril/jobs";
import {
  createLogger,
  findInstanceId,
  systemClock,
  type Clock,
  type Logger,
} from "@tendril/runtime";
import { connectStorage, type Storage } from "@tendril/storage";

import type { WorkerConfig } from "./config.ts";
import { createGates, workerProbes, type Gates } from "./gates.ts";
import { handlers, type Handlers } from "./handlers/index.ts";
import { ImageFence, type ImageLimits } from "./images/index.ts";
import { connectSes } from "./mail/ses.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createRoom, type Room } from "./room.ts";

/** What handlers work with; passed as the first argument, never imported. */
export type WorkerContext = {
  config: WorkerConfig;
  instanceId: string;
  logger: Logger;
  clock: Clock;
  db: Database;
  storage: Storage;
  images: ImageFence;
  handlers: Handlers;
  queues: Queues;
  outbox: Outbox;
  dispatcher: Dispatcher;
  ses: SESClient;
  gates: Gates;
  room: Room;
  metrics: Metrics;
};

export type Overrides = {
  clock?: Clock;
  imageLimits?: Partial<ImageLimits>;
  handlers?: Partial<Handlers>;
};

/** Opens everything in order; `resources` closes it in reverse. */
export async function createContext(
  config: WorkerConfig,
  resources: AsyncDisposableStack,
  { clock = systemClock, imageLimits, handlers: others }: Overrides = {},
): Promise<WorkerContext> {
  const instanceId = config.instanceId ?? (await findInstanceId());
  const logger = createLogger({ level: config.logLevel, tier: "worker", instance: instanceId });
  const db = resources.use(connectDatabase(config.database));
  const storage = resources.use(connectStorage(config.storage));
  const queues = resources.use(connectQueues(config.queues));
  const dispatcher = resources.use(createDispatcher({ db, queues, clock, logger }));
  const ses = resources.use(connectSes(config.mail.region));
  return {
    config,
    instanceId,
    logger,
    clock,
    db,
    storage,
    images: resources.use(new ImageFence(imageLimits)),
    handlers: { ...handlers, ...others },
    queues,
    outbox: createOutbox(dispatcher, clock),
    dispatcher,
    ses,
    gates: resources.use(createGates(logger, workerProbes({ db, storage, ses }))),
    room: createRoom(),
    metrics: resources.use(createMetrics(logger)),
  };
}
