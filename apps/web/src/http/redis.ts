import type { Logger } from "@tendril/runtime";
import { createClient } from "redis";

/**
 * Redis holds what may be lost: sessions, caches, counters.
 * While it is away every command fails at once (no queue), and each caller has its own answer to that.
 */
export function connectRedis(url: string, logger: Logger) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandOptions: { timeout: 1_000 },
    pingInterval: 10_000,
    socket: {
      connectTimeout: 2_000,
      reconnectStrategy: (tries) => Math.min(2_000, 50 * 2 ** tries) * (0.5 + Math.random() / 2),
    },
  });
  let away = false;
  client.on("error", (error: Error) => {
    if (!away) logger.error({ err: error }, "redis is away");
    away = true;
  });
  client.on("ready", () => {
    if (away) logger.info("redis is back");
    away = false;
  });
  // Not awaited: a web server without Redis still shows the gallery.
  client.connect().catch(() => {});

  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}

export type Redis = ReturnType<typeof connectRedis>;
