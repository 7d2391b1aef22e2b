import type { SESClient } from "@aws-sdk/client-ses";
import type { Database } from "@tendril/database";
import type { Outbox } from "@tendril/jobs";
import type { Clock, Logger } from "@tendril/runtime";
import type { Storage } from "@tendril/storage";

import type { WorkerConfig } from "./config.ts";
import type { ImageFence } from "./images/index.ts";
import type { PushSender } from "./push/send.ts";

/** What handlers work with; passed as the first argument, never imported. Of queues they know nothing. */
export type WorkerContext = {
  config: WorkerConfig;
  instanceId: string;
  logger: Logger;
  clock: Clock;
  db: Database;
  storage: Storage;
  outbox: Outbox;
  ses: SESClient;
  /** Null without keys: then nobody could subscribe. */
  push: PushSender | null;
  images: ImageFence;
};
