import type { Clock } from "@tendril/runtime";

import type { Measured, Metric, Statistic } from "./alarm.ts";

type Source = Omit<Metric, "statistic">;

/** What was measured lately, as CloudWatch keeps it: single values that a period makes figures of. */
export interface Measurements {
  record(source: Source, value: number): void;
  /** Of the values from `from` on and before `to`, in milliseconds of the clock. */
  between(from: number, to: number): Measured;
}

const keyOf = ({ name, queue = "" }: Source) => `${name} ${queue}`;

export function keepMeasurements(clock: Clock, keepMs: number): Measurements {
  const kept = new Map<string, { at: number; value: number }[]>();
  return {
    record(source, value) {
      const at = clock.now().getTime();
      const values = kept.get(keyOf(source)) ?? [];
      const old = values.findIndex((other) => other.at >= at - keepMs);
      values.splice(0, old === -1 ? values.length : old);
      values.push({ at, value });
      kept.set(keyOf(source), values);
    },
    between: (from, to) => (metric) => {
      const values = (kept.get(keyOf(metric)) ?? []).filter(({ at }) => at >= from && at < to);
      if (values.length > 0) return statistics[metric.statistic](values.map(({ value }) => value));
      return undefined;
    },
  };
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const statistics: Readonly<Record<Statistic, (values: number[]) => number>> = {
  Average: (values) => sum(values) / values.length,
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  Sum: sum,
};
