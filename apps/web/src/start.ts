import { createServer } from "node:http";

import { announceInstance } from "@tendril/operations";
import { hours, listen } from "@tendril/runtime";

import { createHandler } from "./app.ts";
import type { WebConfig } from "./config.ts";
import { createContext, type Overrides } from "./context.ts";

/** The whole web tier, in this process, until it is disposed of. */
export async function start(
  config: WebConfig,
  overrides?: Overrides,
): Promise<{ url: string } & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const context = await createContext(config, resources, overrides);
  const server = createServer(createHandler(context));
  // Longer than the load balancer's 60 s and nginx's 75 s: whoever is in front closes first.
  server.keepAliveTimeout = 80_000;
  // Forms full of photos come as slowly as somebody's line is; Node would break them off after five minutes.
  server.requestTimeout = hours(3);
  const listening = resources.use(await listen(server, config.port, config.listenAddress));
  // Streams last as long as the browser stays; they would keep the server from closing.
  resources.defer(() => {
    context.uploads.closeStreams();
    context.unread.closeStreams();
  });

  const { simulatedLatencyMs } = config;
  resources.use(announceInstance(context, { ...context, tier: "web", simulatedLatencyMs }));

  const url = config.port === 0 ? `http://localhost:${listening.port}` : config.publicUrl;
  context.logger.info({ port: listening.port }, "web is ready");
  const owned = resources.move();
  return { url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
