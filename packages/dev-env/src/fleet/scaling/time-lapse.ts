import type { Clock } from "@tendril/runtime";

/** A clock on which time passes `factor` times as fast from now on: its minutes are shorter, the dates go on. */
export function timeLapse(clock: Clock, factor: number): Clock {
  const start = clock.now().getTime();
  return { now: () => new Date(start + (clock.now().getTime() - start) * factor) };
}
