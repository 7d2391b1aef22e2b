import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";

import { repeat, type Logger } from "@tendril/runtime";
import { createClient } from "redis";

const patienceMs = 2_000;
/** A server that answers nothing for so long is taken for away. */
const silenceMs = 2_000;
const lookMs = 1_000;

/**
 * Redis holds what may be lost: sessions, caches, counters.
 * While it is away every command fails at once (no queue), and each caller has its own answer to that.
 */
export async function connectRedis(url: string, logger: Logger) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandOptions: { timeout: 1_000 },
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
  // Waited for, or the first people after a start would be shown as visitors; but a web server without
  // Redis still shows the gallery.
  const connected = client.connect().catch(() => {});
  await Promise.race([connected, delay(patienceMs, undefined, { ref: false })]);

  // The client's own time limit ends when a command is sent: with a server that froze, answers would be waited for
  // for ever. Without the connection they all fail at once.
  const listening = repeat(
    async (signal) => {
      if (!client.isReady || (await isAnswered(client.ping()))) return;
      if (signal.aborted) return;
      if (!away) logger.error("redis is silent");
      away = true;
      client.destroy();
      void client.connect().catch(() => {});
    },
    { pauseMs: lookMs, onError: () => {} },
  );

  return Object.assign(client, {
    [Symbol.dispose]: () => {
      void listening[Symbol.asyncDispose]();
      client.destroy();
    },
  });
}

/** An answer of any kind. One that came while this process was too busy to look counts, too. */
async function isAnswered(asked: Promise<unknown>): Promise<boolean> {
  let answered = false;
  const answer = () => (answered = true);
  const asking = asked.then(answer, answer);
  await Promise.race([asking, delay(silenceMs, undefined, { ref: false })]);
  if (!answered) await nextTurn();
  return answered;
}

export type Redis = Awaited<ReturnType<typeof connectRedis>>;

/**
 * Hears what is published on that channel, over a connection of its own, as one that listens can ask nothing.
 * Nobody hears what is said while Redis is away: whoever needs to know must also look by themselves.
 */
export function listenOnRedis(
  redis: Redis,
  channel: string,
  hear: (message: string) => void,
): Disposable {
  const ears = redis.duplicate();
  // The other connection tells when Redis is away.
  ears.on("error", () => {});
  // Each time it is back, too: a subscription that broke off in the middle is forgotten.
  ears.on("ready", () => void ears.subscribe(channel, hear).catch(() => {}));
  void ears.connect().catch(() => {});
  return { [Symbol.dispose]: () => ears.destroy() };
}
