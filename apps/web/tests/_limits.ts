import type { TestEnv } from "@tendril/dev-env";
import { createClient } from "redis";

import { query } from "./_social.ts";

/** As if the person had done that so often within the last hour. */
export async function haveDone(
  env: TestEnv,
  limit: string,
  username: string,
  times: number,
): Promise<void> {
  const [person] = await query(env, "SELECT id FROM users WHERE username = ?", [username]);
  const redis = createClient({ url: env.environment["REDIS_URL"] ?? "" });
  await redis.connect();
  const expiration = { type: "EX", value: 3_600 } as const;
  await redis.set(`limit:${limit}:${person?.["id"]}`, String(times), { expiration });
  redis.destroy();
}
