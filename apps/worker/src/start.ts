import { createServer } from "node:http";
import { availableParallelism } from "node:os";

import { purgeJobs } from "@tendril/database";
import { reconcileOnce, relayOnce, type QueueName } from "@tendril/jobs";
import { days, listen, minutes, repeat, seconds } from "@tendril/runtime";

import type { WorkerConfig } from "./config.ts";
import { collectDead } from "./collector.ts";
import { consumeAll } from "./consumers.ts";
import { createEngine, type Overrides } from "./engine.ts";
import { createApp } from "./app.ts";
import { logQueues } from "./queue-metrics.ts";
import { sweepUploads } from "./sweep.ts";

/** Jobs that one process works on at a time: images as many as there are cores, what waits on others more. */
const slots: Record<QueueName, number> = {
  media: availableParallelism(),
  mail: 10,
  tasks: 20,
  bulk: 2,
};

/** Longer than any message can live: 4 days in its queue and 14 in the dead-letter queue, and a day more. */
const keepFinishedMs = days(19);
const purgeSize = 1_000;

/** The whole worker tier, in this process, until it is disposed of. */
export async function start(
  config: WorkerConfig,
  overrides?: Overrides,
): Promise<{ url: string } & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const engine = await createEngine(config, resources, overrides);
  const { db, clock, logger } = engine;
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
  every(minutes(1), "the sweep of uploads", () => sweepUploads(engine));
  every(minutes(1), "the measuring of queues", () => logQueues(engine));
  every(minutes(10), "the purge of finished jobs", () =>
    purgeJobs(db, new Date(clock.now().getTime() - keepFinishedMs), purgeSize),
  );
  resources.use(consumeAll(engine, slots));
  const listening = resources.use(await listen(createServer(createApp()), config.port));

  logger.info({ port: listening.port }, "worker is ready");
  const owned = resources.move();
  return {
    url: `http://localhost:${listening.port}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
