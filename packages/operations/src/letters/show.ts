import {
  countLetters,
  findDeadLetter,
  findJob,
  findLettersOfJob,
  findRunOfLetter,
  findUserById,
  type DeadLetterRow,
  type JobRow,
  type OperatorActionRow,
} from "@tendril/database";
import { readHistory, type HistoryEntry } from "@tendril/jobs";
import { NotFoundError } from "@tendril/runtime";

import type { OperationsContext } from "../context.ts";
import { listActions } from "../history.ts";
import { findSubject, type Subject } from "../subjects.ts";
import { lettersCountedUpTo } from "./search.ts";

export type ShownLetter = {
  letter: Omit<DeadLetterRow, "attempts" | "rawMessage">;
  /** Of a message that nobody could read: what was in it. */
  message: string | null;
  /** Those that did not succeed. */
  attempts: HistoryEntry[];
  requestedBy: { id: number; username: string } | null;
  /** The thing that the job is about. */
  subject: Subject | null;
  /** The job as it is now; null when there never was one, or it was purged. */
  job: Pick<JobRow, "id" | "state" | "generation" | "attempts" | "lastError" | "finishedAt"> | null;
  /** The other deaths of the same job, oldest first. */
  others: Pick<DeadLetterRow, "id" | "generation" | "state" | "createdAt">[];
  /** Open letters with the same cause, at most `lettersCountedUpTo`. */
  alike: number;
  /** The run that sent it back. */
  run: number | null;
  /** What operators did to it, newest first. */
  actions: OperatorActionRow[];
};

const actionsShown = 100;

/** Everything about one letter. */
export async function showLetter(
  { db }: Pick<OperationsContext, "db">,
  id: number,
): Promise<ShownLetter> {
  const { attempts, rawMessage, ...letter } = await demandLetter({ db }, id);
  const { jobId, name, requestedBy, cause } = letter;
  const payload = letter.editedPayload ?? letter.payload;
  const subject = { kind: "letter" as const, id: String(id) };
  const [job, deaths, person, about, [alike = 0], run, { actions }] = await Promise.all([
    jobId === null ? null : findJob(db, jobId),
    jobId === null ? [] : findLettersOfJob(db, jobId),
    requestedBy === null ? null : findUserById(db, requestedBy),
    name === null || payload === null ? null : findSubject(db, { name, payload }),
    countLetters(db, [{ state: "open", cause }], lettersCountedUpTo),
    findRunOfLetter(db, id),
    listActions({ db }, { subject, limit: actionsShown }),
  ]);
  return {
    letter,
    message: rawMessage?.toString() ?? null,
    attempts: readHistory(attempts),
    requestedBy: person && { id: person.id, username: person.username },
    subject: about,
    job: job && {
      id: job.id,
      state: job.state,
      generation: job.generation,
      attempts: job.attempts,
      lastError: job.lastError,
      finishedAt: job.finishedAt,
    },
    others: deaths
      .filter((each) => each.id !== id)
      .map(({ id, generation, state, createdAt }) => ({ id, generation, state, createdAt })),
    alike,
    run,
    actions,
  };
}

export async function demandLetter(
  { db }: Pick<OperationsContext, "db">,
  id: number,
): Promise<DeadLetterRow> {
  const letter = await findDeadLetter(db, id);
  if (!letter)
    throw new NotFoundError(`There is no letter ${id}. dead list shows those there are.`);
  return letter;
}
