import {
  closedLetters,
  openLettersNow,
  runningRedrives,
  type LetterFilter,
} from "@tendril/operations";
import { InvalidInputError, NotFoundError } from "@tendril/runtime";
import type { Command } from "commander";

import type { OpsContext } from "../../context.ts";
import { parseCount, when } from "../../output/words.ts";
import { demandKnown, filterOf, filtering, type FilterOptions } from "./filter-options.ts";

export type ChoiceOptions = FilterOptions & { all?: true };

/** For commands that change letters: named one by one, or by what they have in common. */
export function choosing(command: Command): Command {
  return filtering(command, { states: false })
    .argument("[id...]", "letters by their numbers", parseIds)
    .option("--all", "every open letter");
}

function parseIds(id: string, before: readonly number[] | undefined): number[] {
  return [...(before ?? []), parseCount(id)];
}

/** Never all of them by leaving something out. */
export function chosen(ids: readonly number[], { all, ...options }: ChoiceOptions): LetterFilter {
  const filter = filterOf(options);
  const isNarrow = meant(filter) !== "";
  if (ids.length > 0) {
    if (isNarrow || all) throw new InvalidInputError("Name letters or describe them, not both.");
    return { state: "open", ids: [...new Set(ids)] };
  }
  if (!isNarrow && !all)
    throw new InvalidInputError(
      "Which letters? Name them by number, or say --cause, --job, --to, --error …; --all for every open one.",
    );
  return { ...filter, state: "open" };
}

/**
 * The letters that are open now of those that are meant, and how many; fails when none is. Names those that are not
 * there, or not open any more, and what others are sending back.
 */
export async function openOf(
  { operations, output }: OpsContext,
  filter: LetterFilter,
): Promise<{ filter: LetterFilter; count: number }> {
  const context = await operations();
  await demandKnown(context, filter);
  const closed = await closedLetters(context, filter.ids ?? []);
  for (const { id, letter } of closed)
    output.problem(
      letter === null
        ? `There is no letter ${id}.`
        : `Letter ${id} was ${words[letter.state]} at ${when(letter.closedAt)}: ${letter.closedReason}`,
    );
  const ids = filter.ids?.filter((id) => !closed.some((each) => each.id === id));
  const open = await openLettersNow(context, { ...filter, ids });
  if (open.count === 0) throw new NotFoundError("No open letter is meant by that.");
  for (const { id, operator, reason, sent, planned } of await runningRedrives(context))
    output.note(
      `Mind that redrive ${id} of ${operator} is going on (${reason}): ${sent} of ${planned} sent back.`,
    );
  return open;
}

const words = { redriven: "sent back", dropped: "dropped" };

/** For questions: ` (cause 3f2a…, since 2026-…)`. */
export function meant({ ids, queue, job, cause, to, error, since, until }: LetterFilter): string {
  const named = {
    queue,
    job,
    cause,
    to,
    error,
    since: since?.toISOString(),
    until: until?.toISOString(),
  };
  const parts = Object.entries({ ...named, numbers: ids?.join(", ") }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  return parts.length > 0 ? ` (${parts.join(", ")})` : "";
}
