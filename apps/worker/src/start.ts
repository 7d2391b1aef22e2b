import { createServer } from "node:http";

import { announceInstance } from "@tendril/operations";
import { listen } from "@tendril/runtime";

import { createApp } from "./app.ts";
import type { WorkerConfig } from "./config.ts";
import { createEngine, type Overrides } from "./engine.ts";
import { loadSchedule } from "./schedule/index.ts";
import { startWork } from "./work.ts";

/** The whole worker tier, in this process, until it is disposed of. */
export async function start(
  config: WorkerConfig,
  overrides?: Overrides,
): Promise<{ url: string } & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const engine = await createEngine(config, resources, overrides);
  const { logger, schemaGate } = engine;
  const schedule = await loadSchedule(logger, overrides?.cronFile);

  // New code that came before its migrations answers the platform, and leaves the work to the release before it.
  const work = resources.use(new AsyncDisposableStack());
  const begin = () => (work.disposed ? undefined : work.use(startWork(engine, schedule)));
  void schemaGate.opened.then(begin);
  const listening = resources.use(await listen(createServer(createApp(engine)), config.port));
  await schemaGate.looked;
  resources.use(announceInstance(engine, { ...engine, tier: "worker" }));

  logger.info({ port: listening.port }, "worker is ready");
  const owned = resources.move();
  return {
    url: `http://localhost:${listening.port}`,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
