import type { Checkpoint } from "@tendril/runtime";

import { seeded } from "./random.ts";

export type Kind = "web" | "worker" | "enqueuer";

/** Which points a process of that kind passes, and how often between two deaths there, on average. */
export type Points = Record<
  Kind,
  { points: readonly [Checkpoint, ...Checkpoint[]]; every: number }
>;

/** Most jobs are mails, and few are pushes. */
function shareOf(point: Checkpoint): number {
  if (point === "mail-sent") return 0.7;
  return point === "push-sent" ? 0.05 : 1;
}

/**
 * Where and when that start of a process dies: each point in its turn, so that none is left out. Some points are
 * seldom passed: whoever waits for one in vain dies at the most frequent.
 */
export function deathsOf(
  points: Points,
  { seed, kind, name, start }: { seed: number; kind: Kind; name: string; start: number },
): { point: Checkpoint; passing: number }[] {
  const { points: passed, every } = points[kind];
  const random = seeded(seed, "points", name, start);
  const turn = start + Number(/\d+$/.exec(name)?.[0] ?? 0);
  const point = passed[turn % passed.length] ?? passed[0];
  // A batch passes "sent" for all its jobs together; a worker only with what the relay found.
  const passings = point !== "sent" ? every * shareOf(point) : kind === "worker" ? 1 : every / 3;
  const passing = random.between(1, Math.max(1, Math.round(passings * 2)));
  return [
    { point, passing },
    { point: passed[0], passing: Math.round(every * 2) },
  ];
}
