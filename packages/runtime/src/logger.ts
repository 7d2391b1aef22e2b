import { AsyncLocalStorage } from "node:async_hooks";

import { pino, type Logger } from "pino";

export type { Logger };

type LogContext = Readonly<Record<string, string | number>>;

const context = new AsyncLocalStorage<LogContext>();

/** Every line logged inside `work`, however deep, carries `fields` (request id, job id …). */
export function withLogContext<Result>(fields: LogContext, work: () => Result): Result {
  return context.run({ ...context.getStore(), ...fields }, work);
}

export const logLevels = ["trace", "debug", "info", "warn", "error", "silent"] as const;

/** One JSON object per line on standard output, in UTC. */
export function createLogger(options: {
  level: (typeof logLevels)[number];
  tier: "web" | "worker" | "ops";
  instance: string;
}): Logger {
  return pino({
    level: options.level,
    base: { tier: options.tier, instance: options.instance },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ["password", "*.password", "*.cookie", "*.authorization"],
      censor: "[kept out]",
    },
    mixin: () => ({ ...context.getStore() }),
  });
}
