import { countLetters, lastLetterId, type LetterFilter } from "@tendril/database";

import type { OperationsContext } from "../context.ts";

/** More than that is as good as more. */
const lettersPlannedUpTo = 1_000_000;

/** How many open letters are meant now. */
export async function countOpenLetters(
  { db }: Pick<OperationsContext, "db">,
  filter: LetterFilter,
): Promise<number> {
  const [count = 0] = await countLetters(db, [{ ...filter, state: "open" }], lettersPlannedUpTo);
  return count;
}

/**
 * For a question: how many are meant, and a filter that means these and none that die before somebody has answered.
 */
export async function openLettersNow(
  context: Pick<OperationsContext, "db">,
  filter: LetterFilter,
): Promise<{ filter: LetterFilter & { upTo: number }; count: number }> {
  const upTo = await lastLetterId(context.db);
  const asked = { ...filter, state: "open" as const, upTo };
  return { filter: asked, count: await countOpenLetters(context, asked) };
}
