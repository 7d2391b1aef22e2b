import type { FleetEvent } from "../fleet.ts";

/** Mean seconds over the period before each moment; null where nothing was answered. */
export type LatencyLine = readonly (number | null)[];

export type LatencyView = {
  /** Oldest first, one for each step until now. */
  mean: LatencyLine;
  instances: ReadonlyMap<string, LatencyLine>;
  /** How long all steps are together. */
  seconds: number;
};

export interface LatencyHistory {
  hear(event: FleetEvent): void;
  view(now: Date): LatencyView;
}

type Sum = { count: number; ms: number };
const steps = 120;

/** Keeps what answers took, as sums for each step of time. `periodMs` is the scaler's minute. */
export function keepLatencyHistory(periodMs: number): LatencyHistory {
  // Two minutes are pleasant to watch; with long periods there must be room for some.
  const stepMs = Math.max(120_000, 6 * periodMs) / steps;
  const perPeriod = Math.max(1, Math.round(periodMs / stepMs));
  const buckets = new Map<number, Map<string, Sum>>();
  const stepOf = (date: Date) => Math.floor(date.getTime() / stepMs);

  return {
    hear(event) {
      if (event.kind !== "served" || event.served.instance === null) return;
      const { instance, ms, at } = event.served;
      const step = stepOf(at);
      const bucket = buckets.get(step) ?? new Map<string, Sum>();
      buckets.set(step, bucket);
      const { count, ms: before } = bucket.get(instance) ?? { count: 0, ms: 0 };
      bucket.set(instance, { count: count + 1, ms: before + ms });
      for (const old of buckets.keys()) if (old < step - steps - perPeriod) buckets.delete(old);
    },
    view(now) {
      const last = stepOf(now);
      const first = last - steps + 1;
      const names = new Set([...buckets.values()].flatMap((bucket) => [...bucket.keys()]));
      const lineOf = (names: ReadonlySet<string>): LatencyLine =>
        Array.from({ length: steps }, (_, i) => {
          const sums = Array.from({ length: perPeriod }, (_, back) => [
            ...(buckets.get(first + i - back) ?? []),
          ])
            .flat()
            .filter(([name]) => names.has(name));
          const count = sums.reduce((total, [, sum]) => total + sum.count, 0);
          const ms = sums.reduce((total, [, sum]) => total + sum.ms, 0);
          return count === 0 ? null : ms / count / 1_000;
        });
      return {
        mean: lineOf(names),
        instances: new Map([...names].toSorted().map((name) => [name, lineOf(new Set([name]))])),
        seconds: (stepMs * steps) / 1_000,
      };
    },
  };
}
