import { createLimit, type Limit } from "../http/limits.ts";
import type { Redis } from "../http/redis.ts";

/** In one form, and in one request for policies. nginx lets as many through (.platform/web). */
export const maxFiles = 100;

/** Photos that one person may send, by whichever way; each file counts. */
export function limitUploads(redis: Redis): Limit {
  return createLimit(redis, {
    name: "uploads",
    points: 3_000,
    seconds: 3_600,
    message: "That is a lot of photos for one hour. Go on a little later.",
  });
}
