import { minutes, repeat, type Logger } from "@tendril/runtime";

type JobMeasure = { name: string; verdict: string; waitMs: number; ms: number; attempts: number };
type Sum = {
  count: number;
  waitMs: number;
  waitMaxMs: number;
  ms: number;
  maxMs: number;
  attempts: number;
};

export type Metrics = { job(measure: JobMeasure): void } & AsyncDisposable;

const everyMs = minutes(1);

/** Counts in this process, one line per job name and outcome each minute. */
export function createMetrics(logger: Pick<Logger, "info">): Metrics {
  let sums = new Map<string, Sum & { name: string; verdict: string }>();
  const publish = async () => {
    const counted = sums;
    sums = new Map();
    for (const sum of counted.values()) logger.info(sum, "job metrics");
  };
  const publishing = repeat(publish, { pauseMs: everyMs, pauseFirst: true, onError: () => {} });

  return {
    job({ name, verdict, waitMs, ms, attempts }) {
      const key = `${name} ${verdict}`;
      const zero = { count: 0, waitMs: 0, waitMaxMs: 0, ms: 0, maxMs: 0, attempts: 0 };
      const sum = sums.get(key) ?? { name, verdict, ...zero };
      sum.count += 1;
      sum.waitMs += waitMs;
      sum.waitMaxMs = Math.max(sum.waitMaxMs, waitMs);
      sum.ms += ms;
      sum.maxMs = Math.max(sum.maxMs, ms);
      sum.attempts += attempts;
      sums.set(key, sum);
    },
    async [Symbol.asyncDispose]() {
      await publishing[Symbol.asyncDispose]();
      await publish();
    },
  };
}
