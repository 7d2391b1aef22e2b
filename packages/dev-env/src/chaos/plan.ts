import type { Shift } from "./cast.ts";
import type { Points } from "./points.ts";
import type { ChaosOptions } from "./run-chaos.ts";
import { planFaults, type Fault } from "./schedule.ts";
import type { Visits } from "./visitors.ts";

export type Plan = {
  faultMs: number;
  points: Points;
  visits: Visits;
  shifts: Omit<Shift, "seed" | "people" | "beginAt">[];
  faults: Fault[];
  names: { webs: string[]; workers: string[] };
};

/** Everything that the seed decides. */
export function plan({ jobs, minutes, seed }: ChaosOptions): Plan {
  const faultMs = minutes * 60_000;
  const visits = {
    signUps: Math.max(3, Math.min(12, Math.round(jobs / 500))),
    resets: Math.round(jobs * 0.04),
    photos: Math.min(100, Math.floor(jobs * 0.02)),
    words: Math.min(100, Math.floor(jobs * 0.01)),
  };
  const names = { webs: ["web-1", "web-2"], workers: ["worker-1", "worker-2"] };
  const enqueuers = ["enqueuer-1", "enqueuer-2"];
  // Some are rolled back, and a person's wishes for a new password within one minute are one mail.
  const count = Math.ceil((jobs - visits.signUps - visits.photos) / enqueuers.length / 0.94);
  const everyMs = (faultMs * 0.85) / count;
  // Under faults a process does a part of its share: with half of what it passes in five seconds it lives some ten.
  const every = (passings: number) =>
    Math.max(2, Math.min((passings / faultMs) * 2_500, passings / 32));
  // Much of the workers' share waits until all has healed: with less they would hardly die, and theirs are the points that count.
  const everyOfWorkers = (passings: number) => Math.max(2, every(passings) / 3);
  return {
    faultMs,
    points: {
      web: { points: ["committed", "sent"], every: every((visits.resets + visits.photos) / 2) },
      worker: {
        points: ["claimed", "mail-sent", "effect-done", "push-sent", "finished", "sent"],
        every: everyOfWorkers(jobs / names.workers.length),
      },
      enqueuer: { points: ["committed", "sent"], every: every(count) },
    },
    visits,
    shifts: enqueuers.map((name) => ({ name, count, everyMs })),
    faults: planFaults(seed, faultMs, {
      workers: names.workers,
      others: [...names.webs, ...enqueuers],
    }),
    names,
  };
}
