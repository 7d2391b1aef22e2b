import { letterStates, type LetterFilter, type LetterSummary } from "@tendril/database";
import { catalogue, queueNames } from "@tendril/jobs";
import { describeError } from "@tendril/operations";
import { z } from "zod";

import { exactly } from "../present.ts";
import { choice, given, hrefWith, moment } from "../query.ts";

export const letterChoices = {
  states: [...letterStates.filter((state) => state !== "open"), "any"],
  jobs: Object.keys(catalogue).toSorted(),
  queues: queueNames,
};

/** The form of the page, which is also its address. Empty means open letters. */
export function letterForm(now: Date) {
  return z.object({
    state: choice([...letterStates, "any"]).transform((state) => state ?? "open"),
    error: given,
    to: given,
    job: given,
    queue: given,
    cause: given,
    since: moment(now),
    until: moment(now),
  });
}

/** The same letters by an address that means them tomorrow, too: with times in place of `1h`. */
export function hrefOf(path: string, filter: LetterFilter): string {
  return hrefWith(path, queryOf(filter));
}

export function queryOf({ state, ids, error, to, job, queue, cause, since, until }: LetterFilter) {
  return {
    error,
    to,
    job,
    queue,
    cause,
    ids: ids?.join(","),
    state: state === "open" ? undefined : state,
    since: since?.toISOString(),
    until: until?.toISOString(),
  };
}

/** By the error of one of its letters: the fingerprint tells nobody anything. */
export function nameCause(
  cause: string,
  letter: Pick<LetterSummary, "errorName" | "errorMessage"> | undefined,
): string {
  if (!letter) return cause;
  const error = describeError(letter);
  return `“${error.length > 120 ? `${error.slice(0, 120)}…` : error}” (${cause})`;
}

/** In words, for questions and headings: `open letters of send-email with “550” since …`. */
export function describeFilter(filter: LetterFilter, causeName = filter.cause): string {
  const { state, ids, error, to, job, queue, since, until } = filter;
  const parts = [
    state === "any" ? "letters" : `${state} letters`,
    ids && (ids.length <= 10 ? `with the numbers ${ids.join(", ")}` : "that were chosen"),
    job && `of ${job}`,
    queue && `from the queue ${queue}`,
    causeName && `with the cause ${causeName}`,
    to && `of mails to “${to}”`,
    error && `with “${error}”`,
    since && `since ${exactly(since)}`,
    until && `until ${exactly(until)}`,
  ];
  return parts.filter(Boolean).join(" ");
}
