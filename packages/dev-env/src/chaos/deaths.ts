import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Difference } from "./books.ts";
import type { Death } from "./fleet.ts";

/** A process that ends by itself is a fault of its own. */
export function unplanned(deaths: readonly Death[]): Difference[] {
  return deaths
    .filter(({ how }) => how !== "killed" && how !== "point" && !how.startsWith("at its start"))
    .map(({ name, how }) => ({ kind: "other", what: `${name} ended ${how}` }));
}

/** How often processes died at each of the named points. */
export function readPoints(folder: string): Record<string, number> {
  const lines = readFileSync(join(folder, "deaths.jsonl"), "utf8").trim().split("\n");
  return countBy(lines.filter(Boolean).map((line) => String(JSON.parse(line).point)));
}

export function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
