import type { LetterFilter } from "@tendril/database";
import { lettersCountedUpTo, type LetterCause, type LetterSummary } from "@tendril/operations";

import { counted, when } from "../present.ts";
import { hrefOf } from "./filter.ts";
import { presentState } from "./present.ts";

export function presentFound(letter: LetterSummary, now: Date) {
  const { id, name, queue, state, errorName, errorMessage, edited, createdAt } = letter;
  return {
    id,
    href: `/ops/letters/${id}`,
    job: name ?? "a message that is no job",
    queue,
    state: presentState(state),
    isOpen: state === "open",
    errorName,
    errorMessage,
    edited,
    at: when(createdAt, now),
  };
}

export function presentCause(
  { cause, count, firstAt, lastAt, sample }: LetterCause,
  filter: LetterFilter,
  now: Date,
) {
  const only = { ...filter, cause };
  return {
    cause,
    count: counted(count, "letter", lettersCountedUpTo),
    first: when(firstAt, now),
    last: when(lastAt, now),
    job: sample.name ?? "a message that is no job",
    queue: sample.queue,
    errorName: sample.errorName,
    errorMessage: sample.errorMessage,
    href: hrefOf("/ops/letters", only),
    newestHref: `/ops/letters/${sample.id}`,
    redriveHref: sample.raw ? null : hrefOf("/ops/letters/redrive", only),
    dropHref: hrefOf("/ops/letters/drop", only),
  };
}
