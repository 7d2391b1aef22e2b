import type { Dependency } from "../space/space.ts";
import { seeded, type Random } from "./random.ts";
import { planTroubles, shuffle, type PushTrouble, type SesTrouble } from "./troubles.ts";

export type ServerName = "mariadb" | "redis" | "fauxqs" | "ses";

/** What is done to the system, and when: milliseconds from the beginning of the load. */
export type Fault =
  | { at: number; kind: "kill"; process: string }
  /** As a machine that stops and goes on: longer than a lease, so that somebody else has its jobs by then. */
  | { at: number; kind: "freeze-process"; process: string; forMs: number }
  /** Connections break, new ones are refused. */
  | { at: number; kind: "stop"; dependency: Dependency; forMs: number }
  /** Connections stay open and nobody answers. */
  | { at: number; kind: "freeze-server"; server: ServerName; forMs: number }
  /** SES takes mails, and is no pleasure to deal with. */
  | { at: number; kind: "ses"; how: SesTrouble; forMs: number }
  | { at: number; kind: "push"; how: PushTrouble; forMs: number }
  /** A browser whose push service knows it no more. */
  | { at: number; kind: "expire"; device: number }
  /** The daemon that leads dies with its instance, and comes again later. */
  | { at: number; kind: "kill-leader"; forMs: number }
  /** A message that is not one of ours. */
  | { at: number; kind: "foreign"; queue: string };

export type Names = { workers: readonly string[]; others: readonly string[] };

const dependencies = ["sqs", "redis", "database", "s3", "ses"] as const;
const servers = ["fauxqs", "redis", "mariadb", "ses"] as const;

/** Longer than a lease and what the relay waits after it. */
const longFreezeMs = 40_000;

/** The same for the same seed, whatever becomes of it. */
export function planFaults(seed: number, faultMs: number, names: Names): Fault[] {
  const random = seeded(seed, "schedule");
  const faults = [
    ...kills(random, faultMs, names),
    ...outages(random, faultMs),
    ...planTroubles(seeded(seed, "troubles"), faultMs),
    ...small(seeded(seed, "small"), faultMs),
  ];
  for (let n = 0; n < 3; n++) {
    const at = random.between(0, faultMs);
    faults.push({ at, kind: "foreign", queue: random.pick(["media", "mail", "tasks", "bulk"]) });
  }
  for (let at = 20_000; at + longFreezeMs < faultMs; at += 120_000) {
    const process = random.pick(some(names.workers));
    faults.push({ at, kind: "freeze-process", process, forMs: longFreezeMs });
  }
  return faults.toSorted((a, b) => a.at - b.at);
}

function* small(random: Random, faultMs: number): Generator<Fault> {
  for (let device = 0; device < 5; device++)
    yield { at: random.between(0, faultMs), kind: "expire", device };
  const pause = () => random.between(faultMs / 6, faultMs / 3);
  for (let at = pause(); at < faultMs; at += pause())
    yield { at, kind: "kill-leader", forMs: random.between(1_000, 4_000) };
}

function* kills(random: Random, faultMs: number, { workers, others }: Names): Generator<Fault> {
  const pauses = faultMs < 30_000 ? [2_000, 4_000] : [4_000, 12_000];
  const pause = () => random.between(pauses[0] ?? 0, pauses[1] ?? 0);
  for (let at = pause(); at < faultMs; at += pause()) {
    const process = random.pick(some(random.next() < 0.5 ? workers : others));
    yield { at, kind: "kill", process };
  }
}

/** One at a time; every dependency comes up before the first one comes again. */
function* outages(random: Random, faultMs: number): Generator<Fault> {
  const short = faultMs < 30_000;
  let round: ((at: number, forMs: number) => Fault)[] = [];
  for (let at = random.between(500, 1_500); at < faultMs;) {
    if (round.length === 0) round = allOutages(random, short);
    const forMs = short ? random.between(500, 1_200) : random.between(1_000, 6_000);
    const begin = round.pop();
    if (begin && at + forMs < faultMs) yield begin(at, forMs);
    at += forMs + (short ? random.between(200, 600) : random.between(1_000, 4_000));
  }
}

function allOutages(random: Random, short: boolean) {
  const stops = dependencies.map((dependency) => (at: number, forMs: number): Fault => {
    return { at, kind: "stop", dependency, forMs };
  });
  const freezes = servers.map((server) => (at: number, forMs: number): Fault => {
    return { at, kind: "freeze-server", server, forMs };
  });
  const all = short ? stops : [...stops, ...freezes];
  return shuffle(random, all);
}

function some<T>(list: readonly T[]): [T, ...T[]] {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error("Nothing to choose from");
  return [first, ...rest];
}
