import { connectDatabase, watchSchema, type SchemaGate } from "@tendril/database";
import {
  connectQueues,
  createDispatcher,
  createOutbox,
  type Dispatcher,
  type Queues,
} from "@tendril/jobs";
import {
  createLogger,
  findInstanceId,
  readRelease,
  systemClock,
  type Clock,
  type Release,
} from "@tendril/runtime";
import { connectStorage } from "@tendril/storage";

import type { WorkerConfig } from "./config.ts";
import type { WorkerContext } from "./context.ts";
import { createGates, workerProbes, type Gates } from "./gates.ts";
import { handlers, type Handlers } from "./handlers/index.ts";
import { ImageFence, type ImageLimits } from "./images/index.ts";
import { connectSes } from "./mail/ses.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createPushSender } from "./push/send.ts";
import { createRoom, type Room } from "./room.ts";

/** What brings jobs from their queues to their handlers and to an end. */
export type Engine = WorkerContext & {
  handlers: Handlers;
  queues: Queues;
  dispatcher: Dispatcher;
  gates: Gates;
  room: Room;
  metrics: Metrics;
  schemaGate: SchemaGate;
  release: Release;
};

export type Overrides = {
  clock?: Clock;
  imageLimits?: Partial<ImageLimits>;
  handlers?: Partial<Handlers>;
  cronFile?: string;
};

/** Opens everything in order; `resources` closes it in reverse. */
export async function createEngine(
  config: WorkerConfig,
  resources: AsyncDisposableStack,
  { clock = systemClock, imageLimits, handlers: others }: Overrides = {},
): Promise<Engine> {
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
    outbox: createOutbox(dispatcher, clock),
    ses,
    push: createPushSender(config),
    images: resources.use(new ImageFence(imageLimits)),
    handlers: { ...handlers, ...others },
    queues,
    dispatcher,
    gates: resources.use(createGates(logger, workerProbes({ db, storage, ses }))),
    room: createRoom(),
    metrics: resources.use(createMetrics(logger)),
    schemaGate: resources.use(watchSchema(db, logger)),
    release: readRelease(new URL("../", import.meta.url)),
  };
}
