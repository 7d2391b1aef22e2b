/** A time during which something may have been broken off. */
export type Disturbance = { from: number; to: number; what: string };

export type Disturbances = {
  readonly list: readonly Disturbance[];
  add(what: string): { end(): void };
  /** What was broken between two moments. */
  between(from: Date | number | null, to: Date | number | null): Disturbance[];
};

/** Clocks of several processes, and what was on its way when it began. */
const blurMs = 1_000;

export function listDisturbances(): Disturbances {
  const list: Disturbance[] = [];
  return {
    list,
    add(what) {
      const disturbance = { from: Date.now(), to: Number.POSITIVE_INFINITY, what };
      list.push(disturbance);
      return { end: () => (disturbance.to = Date.now()) };
    },
    between: (from, to) =>
      list.filter(
        (each) =>
          each.from <= Number(to ?? Number.POSITIVE_INFINITY) + blurMs &&
          each.to >= Number(from ?? 0) - blurMs,
      ),
  };
}
