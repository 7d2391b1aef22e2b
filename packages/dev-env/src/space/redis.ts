import { createClient } from "redis";

import type { ServerAddresses } from "../servers/servers.ts";

/** A numbered database of the shared Redis for each space; number 0 remembers which is whose. */
export async function claimRedisDatabase(
  { redis }: ServerAddresses,
  space: string,
): Promise<number> {
  const client = createClient({
    url: `redis://127.0.0.1:${redis.port}/0`,
    socket: { connectTimeout: 2_000, reconnectStrategy: false },
  });
  client.on("error", () => {});
  await client.connect();
  try {
    const known = await client.hGet("spaces", space);
    if (known !== null && known !== undefined) return Number(known);
    const number = await client.incr("last-space");
    await client.hSet("spaces", space, number);
    return number;
  } finally {
    client.destroy();
  }
}
