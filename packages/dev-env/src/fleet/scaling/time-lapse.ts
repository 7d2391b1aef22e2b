import type { Clock } from "@tendril/runtime";

/** A clock on which time passes faster from now on: its minutes are shorter. */
export type LapsedClock = Clock & {
  /** When a moment of this clock comes on the other one. */
  real(moment: number): Date;
};

/** `300 s`; of a fleet in a hurry both, `300 s (25 s here)`. */
export function inBothTimes(seconds: number, factor: number): string {
  const rounded = (value: number) => Math.round(value * 10) / 10;
  return `${rounded(seconds)} s${factor === 1 ? "" : ` (${rounded(seconds / factor)} s here)`}`;
}

export function timeLapse(clock: Clock, factor: number): LapsedClock {
  const start = clock.now().getTime();
  return {
    now: () => new Date(start + (clock.now().getTime() - start) * factor),
    real: (moment) => new Date(start + (moment - start) / factor),
  };
}
