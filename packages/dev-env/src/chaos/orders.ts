import { seeded } from "./random.ts";

/** What an enqueuer is to do in its n-th transaction. */
export type Order = {
  n: number;
  /** Of the job, and of the mail's event: by it the books know what belongs together. */
  trace: string;
  kind: "welcome" | "reset-password" | "follow" | "files";
  person: number;
  /** Whom a `follow` is about: few are followed by many. */
  other: number;
  /** The transaction is given up at its end: nothing of it may be left. */
  rolledBack: boolean;
  /** A dedupe key, used twice: one job. */
  twice: boolean;
  /** The job's time comes that much later. */
  laterMs: number;
};

/** The same for enqueuer and books. */
export function orderOf(seed: number, enqueuer: string, n: number, people: number): Order {
  const random = seeded(seed, "order", enqueuer, n);
  const draw = random.next();
  return {
    n,
    trace: `chaos:${enqueuer}:${n}`,
    kind: kindOf(draw),
    person: random.between(0, people - 1),
    other: random.between(0, Math.ceil(people / 6) - 1),
    rolledBack: random.next() < 0.05,
    twice: random.next() < 0.3,
    laterMs: random.next() < 0.1 ? random.between(500, 5_000) : 0,
  };
}

function kindOf(draw: number): Order["kind"] {
  if (draw < 0.55) return "welcome";
  if (draw < 0.67) return "reset-password";
  return draw < 0.82 ? "follow" : "files";
}

/** The photo's files that a `files` order has deleted. */
export function filesOf({ trace }: Order): { slug: string; fileKey: string; original: boolean } {
  const name = trace.replaceAll(":", "-");
  return { slug: name, fileKey: `key-${name}`, original: true };
}
