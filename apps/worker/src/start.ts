import { createServer } from "node:http";
import { availableParallelism } from "node:os";

import { queueNames, relayOnce, type QueueName } from "@tendril/jobs";
import { listen, minutes, repeat, seconds } from "@tendril/runtime";

import type { WorkerConfig } from "./config.ts";
import { consume } from "./consumer.ts";
import { createContext, type Overrides } from "./context.ts";
import { createApp } from "./app.ts";
import { sweepUploads } from "./sweep.ts";

/** Jobs that one process works on at a time: images as many as there are cores, what waits on others more. */
const slots: Record<QueueName, number> = {
  media: availableParallelism(),
  mail: 10,
  tasks: 20,
  bulk: 2,
};

const relayEveryMs = seconds(2);
const sweepEveryMs = minutes(1);

/** The whole worker tier, in this process, until it is disposed of. */
export async function start(
  config: WorkerConfig,
  overrides?: Overrides,
): Promise<{ url: string } & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const context = await createContext(config, resources, overrides);
  const { logger } = context;
  const often = (what: string, pauseMs: number, work: () => Promise<void>) =>
    resources.use(repeat(work, { pauseMs, onError: (error) => logger.warn({ err: error }, what) }));

  often("the relay could not send", relayEveryMs, async () => void (await relayOnce(context)));
  often("uploads could not be swept", sweepEveryMs, () => sweepUploads(context));
  for (const queue of queueNames) resources.use(consume(context, queue, slots[queue]));
  const listening = resources.use(await listen(createServer(createApp()), config.port));

  logger.info({ port: listening.port }, "worker is ready");
  const owned = resources.move();
  return {
    url: `http://localhost:${listening.port}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
