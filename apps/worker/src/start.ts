import { createServer } from "node:http";
import { availableParallelism } from "node:os";

import { reconcileOnce, relayOnce, type QueueName } from "@tendril/jobs";
import { listen, minutes, repeat, seconds } from "@tendril/runtime";

import type { WorkerConfig } from "./config.ts";
import { collectDead } from "./collector.ts";
import { consumeAll } from "./consumers.ts";
import { createEngine, type Overrides } from "./engine.ts";
import { createApp } from "./app.ts";
import { readMailEvents } from "./mail/events/reader.ts";
import { settleUnknown } from "./mail/settle.ts";
import { refreshSendRate } from "./mail/turn.ts";
import { logQueues } from "./queue-metrics.ts";
import { checkSchedule, loadSchedule } from "./schedule/index.ts";

/** Jobs that one process works on at a time: images as many as there are cores, what waits on others more. */
const slots: Record<QueueName, number> = {
  media: availableParallelism(),
  mail: 10,
  tasks: 20,
  bulk: 2,
};

/** The whole worker tier, in this process, until it is disposed of. */
export async function start(
  config: WorkerConfig,
  overrides?: Overrides,
): Promise<{ url: string } & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const engine = await createEngine(config, resources, overrides);
  const { logger } = engine;
  const every = (
    pauseMs: number,
    what: string,
    work: (stopping: AbortSignal) => Promise<unknown>,
  ) => {
    const onError = (error: unknown) =>
      logger.warn({ err: error }, `${what} failed; tried again soon`);
    resources.use(repeat(async (stopping) => void (await work(stopping)), { pauseMs, onError }));
  };

  every(seconds(2), "the relay", (stopping) => relayOnce(engine, stopping));
  every(seconds(10), "the reconciler", (stopping) => reconcileOnce(engine, stopping));
  every(minutes(1), "the collector of dead letters", (stopping) => collectDead(engine, stopping));
  every(minutes(1), "the measuring of queues", () => logQueues(engine));
  const schedule = await loadSchedule(logger, overrides?.cronFile);
  every(minutes(1), "the check of the schedule", () => checkSchedule(engine, schedule));
  every(minutes(10), "the look at the sending rate", () => refreshSendRate(engine));
  every(seconds(10), "the settling of unknown mails", () => settleUnknown(engine));
  if (config.mail.configurationSet === undefined)
    logger.warn("SES_CONFIGURATION_SET is not set: nobody learns what becomes of mails");
  resources.use(readMailEvents(engine));
  resources.use(consumeAll(engine, slots));
  const listening = resources.use(await listen(createServer(createApp(engine)), config.port));

  logger.info({ port: listening.port }, "worker is ready");
  const owned = resources.move();
  return {
    url: `http://localhost:${listening.port}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
