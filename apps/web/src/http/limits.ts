import { TooManyRequestsError } from "@tendril/runtime";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";

import type { Redis } from "./redis.ts";

export type Limit = {
  /** Counts one, or that many; throws when there were too many. */
  count(key: string, many?: number): Promise<void>;
  /** What was counted last came to no verdict: it does not count. */
  takeBack(key: string): Promise<void>;
  forget(key: string): Promise<void>;
};

/** Counted in Redis, over all servers together; while Redis is away each server counts for itself. */
export function createLimit(
  redis: Redis,
  {
    name,
    points,
    seconds,
    message,
  }: { name: string; points: number; seconds: number; message: string },
): Limit {
  const counted = { keyPrefix: `limit:${name}`, points, duration: seconds };
  const limiter = new RateLimiterRedis({
    ...counted,
    storeClient: redis,
    useRedisPackage: true,
    insuranceLimiter: new RateLimiterMemory(counted),
  });
  const refuse = (msBeforeNext: number) =>
    new TooManyRequestsError(message, Math.max(1, Math.ceil(msBeforeNext / 1_000)));

  return {
    async count(key, many = 1) {
      try {
        await limiter.consume(key, many);
      } catch (answer) {
        throw answer instanceof RateLimiterRes ? refuse(answer.msBeforeNext) : answer;
      }
    },
    async takeBack(key) {
      await limiter.reward(key);
    },
    async forget(key) {
      await limiter.delete(key);
    },
  };
}
