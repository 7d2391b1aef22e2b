import {
  countLetters,
  findCauses,
  findDeadLetter,
  findLetterEnds,
  findLetterPayloads,
  findLetters,
  findNewestOfEach,
  type DeadLetterRow,
  type LetterFilter,
  type LetterSummary,
} from "@tendril/database";
import { NotFoundError, PermanentJobError } from "@tendril/runtime";

import type { OperationsContext } from "../context.ts";
import { findSubjects, type Subject } from "../subjects.ts";

export type { LetterSummary };

export type LettersFound = {
  letters: LetterSummary[];
  /** For the next page's `before`; null when this was the last one. */
  next: number | null;
  /** False: only the newest letters were looked through, as no index serves this. */
  complete: boolean;
};

/** Characters of an error in lists. */
const errorShown = 300;

/** For lists: without the name that we give to what must not be tried again, which says nothing of the cause. */
export function describeError({
  errorName,
  errorMessage,
}: Pick<LetterSummary, "errorName" | "errorMessage">): string {
  const name = errorName === PermanentJobError.name ? "" : `${errorName}: `;
  return `${name}${errorMessage}${errorMessage.length >= errorShown ? "…" : ""}`;
}

/** Newest first, in pages: `before` is the id of the last letter that was seen. */
export async function searchLetters(
  { db }: Pick<OperationsContext, "db">,
  filter: LetterFilter,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<LettersFound> {
  const last = before === undefined ? undefined : await findDeadLetter(db, before);
  if (last === null) throw new NotFoundError(`There is no letter ${before}.`);
  const page = await findLetters(db, filter, { before: last, limit: limit + 1 });
  const letters = page.letters.slice(0, limit);
  const more = page.letters.length > limit;
  return { letters, next: more ? (letters.at(-1)?.id ?? null) : null, complete: page.complete };
}

/** What these letters are about, by their ids; of many in a few queries. */
export async function findSubjectsOfLetters(
  { db }: Pick<OperationsContext, "db">,
  ids: readonly number[],
): Promise<Map<number, Subject | null>> {
  const jobs = await findLetterPayloads(db, ids);
  const subjects = await findSubjects(db, jobs);
  return new Map(jobs.map(({ id }, index) => [id, subjects[index] ?? null]));
}

export type ClosedLetter = Pick<DeadLetterRow, "closedAt" | "closedReason"> & {
  state: "redriven" | "dropped";
};

/** Of these numbers those that are no open letter: null where there is none at all. */
export async function closedLetters(
  { db }: Pick<OperationsContext, "db">,
  ids: readonly number[],
): Promise<{ id: number; letter: ClosedLetter | null }[]> {
  const ends = await findLetterEnds(db, ids);
  return ids.flatMap((id): { id: number; letter: ClosedLetter | null }[] => {
    const end = ends.find((each) => each.id === id);
    if (!end) return [{ id, letter: null }];
    const { state, closedAt, closedReason } = end;
    return state === "open" ? [] : [{ id, letter: { state, closedAt, closedReason } }];
  });
}

/** Beyond this they are not counted: a list costs the same however many letters there are. */
export const lettersCountedUpTo = 1_000;

export type LetterCause = {
  /** The fingerprint that its letters have in common. */
  cause: string;
  /** At most `lettersCountedUpTo`, which means that many or more. */
  count: number;
  /** There may be more: not all letters were looked through. */
  isLeast: boolean;
  /** Those of them that are open: something can be done about these. */
  open: number;
  firstAt: Date;
  lastAt: Date;
  /** The newest letter. */
  sample: LetterSummary;
};

/** Causes in one list at most: what died last comes first. */
const causesShown = 50;

/** What fails, by cause; the cause that struck last comes first. */
export async function letterCauses(
  context: Pick<OperationsContext, "db">,
  filter: LetterFilter,
): Promise<{ causes: LetterCause[]; more: boolean }> {
  const { db } = context;
  if (filter.error !== undefined || filter.to !== undefined) return causesAmong(context, filter);
  const groups = await findCauses(db, filter, causesShown + 1);
  const shown = groups.slice(0, causesShown);
  const filters = shown.map(({ state, cause }) => ({ ...filter, state, cause }));
  const counts = await countLetters(db, filters, lettersCountedUpTo);
  const samples = await findNewestOfEach(db, filters);
  const causes = new Map<string, LetterCause>();
  for (const [index, { state, cause, firstAt, lastAt }] of shown.entries()) {
    const count = counts[index] ?? 0;
    const sample = samples.find((each) => each.cause === cause && each.state === state);
    if (!sample) continue;
    // The same in another state; the newer came first.
    const none = { cause, count: 0, isLeast: false, open: 0, firstAt, lastAt, sample };
    const known = causes.get(cause) ?? none;
    known.count = Math.min(known.count + count, lettersCountedUpTo);
    known.isLeast ||= known.count >= lettersCountedUpTo;
    if (state === "open") known.open += count;
    if (firstAt < known.firstAt) known.firstAt = firstAt;
    causes.set(cause, known);
  }
  return { causes: [...causes.values()], more: groups.length > causesShown };
}

/** By the newest letters of a filter that no index serves, as many as are counted. */
async function causesAmong(
  { db }: Pick<OperationsContext, "db">,
  filter: LetterFilter,
): Promise<{ causes: LetterCause[]; more: boolean }> {
  const { letters, complete } = await findLetters(db, filter, { limit: lettersCountedUpTo });
  const isMore = !complete || letters.length === lettersCountedUpTo;
  const causes = Map.groupBy(letters, ({ cause }) => cause);
  const groups = [...causes].flatMap(([cause, each]): LetterCause[] => {
    const [sample, first] = [each[0], each.at(-1)];
    if (!sample || !first) return [];
    const { createdAt: lastAt } = sample;
    const open = each.filter(({ state }) => state === "open").length;
    return [
      {
        cause,
        count: each.length,
        isLeast: isMore,
        open,
        firstAt: first.createdAt,
        lastAt,
        sample,
      },
    ];
  });
  return { causes: groups, more: isMore };
}
