import { letterStates, type LetterFilter } from "@tendril/database";
import { catalogue, queueNames } from "@tendril/jobs";
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
    job: given,
    queue: given,
    cause: given,
    since: moment(now),
    until: moment(now),
  });
}

/** The same letters by an address that means them tomorrow, too: with times in place of `1h`. */
export function hrefOf(
  path: string,
  { since, until, state, ids, ...filter }: LetterFilter,
): string {
  return hrefWith(path, {
    ...filter,
    ids: ids?.join(","),
    state: state === "open" ? undefined : state,
    since: since?.toISOString(),
    until: until?.toISOString(),
  });
}

/** In words, for questions and headings: `open letters of send-email with “550” since …`. */
export function describeFilter(filter: LetterFilter): string {
  const { state, error, job, queue, cause, since, until } = filter;
  const parts = [
    state === "any" ? "letters" : `${state} letters`,
    job && `of ${job}`,
    queue && `from the queue ${queue}`,
    cause && `with the cause ${cause}`,
    error && `with “${error}”`,
    since && `since ${exactly(since)}`,
    until && `until ${exactly(until)}`,
  ];
  return parts.filter(Boolean).join(" ");
}
