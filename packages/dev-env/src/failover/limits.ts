import { createClient } from "redis";

import type { Ground } from "./ground.ts";

/** All people here come from one address: without this a limit for one address would become part of a fault. */
export async function forgetLimits({ servers, space }: Ground): Promise<void> {
  const url = new URL(space.environment["REDIS_URL"] ?? "");
  url.port = String(servers.redis.port);
  const redis = createClient({
    url: url.href,
    socket: { connectTimeout: 2_000, reconnectStrategy: false },
  });
  redis.on("error", () => {});
  await redis.connect();
  try {
    for await (const keys of redis.scanIterator({ MATCH: "limit:*" }))
      if (keys.length > 0) await redis.del(keys);
  } finally {
    redis.destroy();
  }
}
