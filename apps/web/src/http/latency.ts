import { setTimeout as delay } from "node:timers/promises";

import type { RequestHandler } from "express";

import type { WebContext } from "../context.ts";

/** Plays a slow instance, to show what the auto scaler does about it. */
export function simulateLatency({ config, logger }: WebContext): RequestHandler {
  const { simulatedLatencyMs } = config;
  if (simulatedLatencyMs === 0) return (_req, _res, next) => next();
  logger.warn({ ms: simulatedLatencyMs }, "this instance is slow on purpose");
  return async (_req, _res, next) => {
    await delay(simulatedLatencyMs);
    next();
  };
}
