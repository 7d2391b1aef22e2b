import type { Measured, Metric, Statistic } from "./alarm.ts";

type Source = Omit<Metric, "statistic">;

/** Single values, of which the end of a period makes figures. */
export interface Measurements {
  record(source: Source, value: number): void;
  /** Ends a period: the figures of what was recorded in it. */
  endPeriod(): Measured;
}

const keyOf = ({ name, queue = "" }: Source) => `${name} ${queue}`;

export function keepMeasurements(): Measurements {
  let recorded = new Map<string, number[]>();
  return {
    record(source, value) {
      const key = keyOf(source);
      const values = recorded.get(key);
      if (values) values.push(value);
      else recorded.set(key, [value]);
    },
    endPeriod() {
      const period = recorded;
      recorded = new Map();
      return (metric) => {
        const values = period.get(keyOf(metric));
        return values && statistics[metric.statistic](values);
      };
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
