import { availableParallelism } from "node:os";

import { reconcileOnce, relayAll, type QueueName } from "@tendril/jobs";
import { watch } from "@tendril/operations";
import { minutes, repeat, seconds } from "@tendril/runtime";

import { collectDead } from "./collector.ts";
import { consumeAll } from "./consumers.ts";
import type { Engine } from "./engine.ts";
import { readMailEvents } from "./mail/events/reader.ts";
import { settleUnknown } from "./mail/settle.ts";
import { refreshSendRate } from "./mail/turn.ts";
import { checkSchedule, type ScheduledTask } from "./schedule/index.ts";

/** Jobs that one process works on at a time: images as many as there are cores, what waits on others more. */
const slots: Record<QueueName, number> = {
  media: availableParallelism(),
  mail: 10,
  tasks: 20,
  bulk: 2,
};

/** All that a worker does unasked, until it is disposed of. The schema must be there. */
export function startWork(engine: Engine, schedule: readonly ScheduledTask[]): AsyncDisposable {
  const { config, logger } = engine;
  const work = new AsyncDisposableStack();
  const every = (
    pauseMs: number,
    what: string,
    once: (stopping: AbortSignal) => Promise<unknown>,
  ) => {
    const onError = (error: unknown) =>
      logger.warn({ err: error }, `${what} failed; tried again soon`);
    work.use(repeat(async (stopping) => void (await once(stopping)), { pauseMs, onError }));
  };

  every(seconds(2), "the relay", (stopping) => relayAll(engine, stopping));
  every(seconds(10), "the reconciler", (stopping) => reconcileOnce(engine, stopping));
  every(minutes(1), "the collector of dead letters", (stopping) => collectDead(engine, stopping));
  every(seconds(10), "the watch", () =>
    watch(engine, { ...engine, opsMail: config.mail.operators }),
  );
  every(minutes(1), "the check of the schedule", () => checkSchedule(engine, schedule));
  every(minutes(10), "the look at the sending rate", () => refreshSendRate(engine));
  every(seconds(10), "the settling of unknown mails", () => settleUnknown(engine));
  if (config.mail.configurationSet === undefined)
    logger.warn("SES_CONFIGURATION_SET is not set: nobody learns what becomes of mails");
  if (config.mail.operators === undefined)
    logger.warn("OPS_MAIL is not set: nobody is told of alarms");
  work.use(readMailEvents(engine));
  work.use(consumeAll(engine, slots));
  return work;
}
