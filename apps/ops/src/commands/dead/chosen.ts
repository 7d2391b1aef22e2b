import type { LetterFilter } from "@tendril/operations";
import { InvalidInputError } from "@tendril/runtime";
import type { Command } from "commander";

import { parseCount } from "../../output/words.ts";
import { filterOf, filtering, type FilterOptions } from "./filter-options.ts";

export type ChoiceOptions = FilterOptions & { all?: true };

/** For commands that change letters: named one by one, or by what they have in common. */
export function choosing(command: Command): Command {
  return filtering(command, { states: false })
    .argument("[id...]", "letters by their numbers")
    .option("--all", "every open letter");
}

/** Never all of them by leaving something out. */
export function chosen(ids: readonly string[], { all, ...options }: ChoiceOptions): LetterFilter {
  const filter = filterOf(options);
  const isNarrow = words(filter) !== "";
  if (ids.length > 0) {
    if (isNarrow || all) throw new InvalidInputError("Name letters or describe them, not both.");
    return { state: "open", ids: ids.map((id) => parseCount(id)) };
  }
  if (!isNarrow && !all)
    throw new InvalidInputError(
      "Which letters? Name them by number, or say --cause, --job, --error …; --all for every open one.",
    );
  return { ...filter, state: "open" };
}

/** For questions: ` (cause 3f2a…, since 2026-…)`. */
export function words({ ids, queue, job, cause, error, since, until }: LetterFilter): string {
  const named = {
    queue,
    job,
    cause,
    error,
    since: since?.toISOString(),
    until: until?.toISOString(),
  };
  const parts = Object.entries({ ...named, numbers: ids?.join(", ") }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  return parts.length > 0 ? ` (${parts.join(", ")})` : "";
}
