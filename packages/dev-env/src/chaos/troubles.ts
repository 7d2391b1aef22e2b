import type { Fault } from "./schedule.ts";
import type { Random } from "./random.ts";

/** What SES does to its callers and with its events. */
export const sesTroubles = [
  "slow",
  "silent",
  "throttles",
  "breaks before accepting",
  "breaks after accepting",
  "tells late",
  "breaks and never tells",
] as const;
export type SesTrouble = (typeof sesTroubles)[number];

export const pushTroubles = [
  "stopped",
  "silent",
  "breaks before accepting",
  "breaks after accepting",
  "busy",
] as const;
export type PushTrouble = (typeof pushTroubles)[number];

export const slowMs = 2_500;
/** Longer than the worker waits for an answer. */
export const silentMs = { ses: 16_000, push: 11_000 };

/** SES and the push service, one trouble at a time for each; all come up before the first comes again. */
export function* planTroubles(random: Random, faultMs: number): Generator<Fault> {
  yield* oneByOne(random, faultMs, sesTroubles, (how, at, forMs) => {
    return { at, kind: "ses", how, forMs };
  });
  yield* oneByOne(random, faultMs, pushTroubles, (how, at, forMs) => {
    return { at, kind: "push", how, forMs };
  });
}

function* oneByOne<How>(
  random: Random,
  faultMs: number,
  all: readonly How[],
  fault: (how: How, at: number, forMs: number) => Fault,
): Generator<Fault> {
  const short = faultMs < 30_000;
  let round: How[] = [];
  for (let at = random.between(300, short ? 1_000 : 3_000); at < faultMs;) {
    if (round.length === 0) round = shuffle(random, all);
    const forMs = short ? random.between(500, 1_000) : random.between(2_000, 4_000);
    const how = round.pop();
    if (how !== undefined && at + forMs < faultMs) yield fault(how, at, forMs);
    at += forMs + (short ? random.between(200, 500) : random.between(1_000, 4_000));
  }
}

export function shuffle<T>(random: Random, list: readonly T[]): T[] {
  return list
    .map((each) => ({ each, order: random.next() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ each }) => each);
}
