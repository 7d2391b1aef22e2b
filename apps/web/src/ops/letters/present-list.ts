import type { LetterFilter } from "@tendril/database";
import { type LetterCause, type LetterSummary, type Subject } from "@tendril/operations";

import { counted, when } from "../present.ts";
import { presentSubject } from "../subject.ts";
import { hrefOf } from "./filter.ts";
import { presentError, presentState } from "./present.ts";

export function presentFound(letter: LetterSummary, subject: Subject | null, now: Date) {
  const { id, name, queue, state, edited, createdAt } = letter;
  return {
    id,
    href: `/ops/letters/${id}`,
    job: name ?? "a message that is no job",
    about: subject && presentSubject(subject).text,
    queue,
    state: presentState(state),
    isOpen: state === "open",
    error: presentError(letter),
    edited,
    at: when(createdAt, now),
  };
}

export function presentCause(
  { cause, count, isLeast, open, firstAt, lastAt, sample }: LetterCause,
  filter: LetterFilter,
  now: Date,
) {
  const only = { ...filter, cause };
  const toDo = { ...only, state: "open" as const };
  return {
    cause,
    count: counted(count, "letter", isLeast ? count : Infinity),
    open: open === count ? null : open === 0 ? "none is open" : `${open} open`,
    first: when(firstAt, now),
    last: when(lastAt, now),
    job: sample.name ?? "a message that is no job",
    queue: sample.queue,
    error: presentError(sample),
    href: hrefOf("/ops/letters", only),
    newestHref: `/ops/letters/${sample.id}`,
    redriveHref: sample.raw || open === 0 ? null : hrefOf("/ops/letters/redrive", toDo),
    dropHref: open === 0 ? null : hrefOf("/ops/letters/drop", toDo),
  };
}
