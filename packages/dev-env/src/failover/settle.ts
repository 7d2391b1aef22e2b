import type { Difference, Tally } from "../chaos/books.ts";
import { comeToRest, rest } from "../chaos/calm.ts";
import type { Disturbances } from "../chaos/disturbances.ts";
import type { Accepted } from "../chaos/visitors.ts";
import { readBooks } from "./books.ts";
import type { Ground } from "./ground.ts";

/** What the books say since they were read before. */
export type Settled = {
  differences: readonly Difference[];
  /** Attempts that jobs had to pay for. */
  charged: readonly string[];
  handedBack: number;
};

/** Waits until nothing is under way any more, and reads the books: each time it tells what is new in them. */
export function createSettling(ground: Ground, disturbances: Disturbances, signal: AbortSignal) {
  const known = new Set<string>();
  let before: Pick<Tally, "failures" | "handedBack"> = { failures: {}, handedBack: 0 };
  const isNew = ({ kind, what }: Difference) => {
    const name = `${kind} ${what}`;
    return !known.has(name) && known.add(name);
  };

  return async (accepted: Accepted): Promise<Settled> => {
    const over = new AbortController();
    const resting = { ...ground, servers: { addresses: ground.servers } };
    const restless = await comeToRest({ signal }, [
      ["jobs and messages", () => rest(resting, AbortSignal.any([signal, over.signal]))],
    ]);
    over.abort();
    const { differences, tally } = await readBooks(ground, accepted, disturbances);
    if (restless !== undefined) differences.push({ kind: "stuck", what: restless });
    const charged = Object.entries(tally.failures).flatMap(([why, count]) => {
      const more = count - (before.failures[why] ?? 0);
      return more > 0 ? [`${more} × ${why}`] : [];
    });
    const handedBack = tally.handedBack - before.handedBack;
    before = tally;
    return { differences: differences.filter(isNew), charged, handedBack };
  };
}
