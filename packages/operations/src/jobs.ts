import {
  findJob,
  findLettersOfJob,
  findUserById,
  findUserByLogin,
  searchJobs,
  type DeadLetterRow,
  type JobRow,
  type JobSearch,
  type JobSummary,
} from "@tendril/database";
import { catalogue, isJobName, readHistory, type HistoryEntry } from "@tendril/jobs";
import { days, NotFoundError } from "@tendril/runtime";

import type { OperationsContext } from "./context.ts";
import { findSubject, type Subject } from "./subjects.ts";

/** `person` is the user name of who asked for it; all else as in the row. */
export type JobFilter = Omit<JobSearch, "requestedBy"> & { person?: string | undefined };

export type FoundJobs = {
  jobs: JobSummary[];
  /** `before` of the next page; null on the last one. */
  next: string | null;
  /** Where the search ended: how far back it looked. Null when that is all there is. */
  since: Date | null;
};

/** What no index leads to is looked for in so much of the past, unless the filter says otherwise. */
const lookBackMs = days(1);

export const mostJobsPerPage = 200;

/** Newest first. Finished jobs are kept for 19 days. */
export async function findJobs(
  { db, clock }: OperationsContext,
  { person, ...search }: JobFilter,
  { before, limit = 50 }: { before?: string | undefined; limit?: number } = {},
): Promise<FoundJobs> {
  const requestedBy = person === undefined ? undefined : await idOf({ db }, person);
  const since = search.since ?? (isShort(search) ? undefined : lookBack(clock.now(), search.until));
  const count = Math.min(limit, mostJobsPerPage);
  const page = { before, limit: count + 1 };
  const found = await searchJobs(db, { ...search, requestedBy, since }, page);
  const jobs = found.slice(0, count);
  const isMore = found.length > count;
  return { jobs, next: isMore ? (jobs.at(-1)?.id ?? null) : null, since: since ?? null };
}

/** Of a trace and of jobs without an end there are few enough to look at all of them. */
function isShort({ trace, state }: JobSearch): boolean {
  return trace !== undefined || state === "queued" || state === "running" || state === "dead";
}

function lookBack(now: Date, until: Date | undefined): Date {
  return new Date((until ?? now).getTime() - lookBackMs);
}

async function idOf({ db }: Pick<OperationsContext, "db">, username: string): Promise<number> {
  const user = await findUserByLogin(db, username);
  if (!user) throw new NotFoundError(`Nobody here goes by the name ${username}.`);
  return user.id;
}

export type ShownJob = {
  job: Omit<JobRow, "history">;
  /** The attempts that did not succeed. */
  history: HistoryEntry[];
  /** Attempts that its kind of job has in all; null for a kind that this release does not know. */
  attemptsAllowed: number | null;
  requestedBy: { id: number; username: string } | null;
  subject: Subject | null;
  /** Its deaths, oldest first. */
  letters: DeadLetterRow[];
};

/** Everything about one job. */
export async function showJob({ db }: OperationsContext, id: string): Promise<ShownJob> {
  const found = await findJob(db, id);
  if (!found) {
    throw new NotFoundError(
      `There is no job ${id}. Finished jobs are kept for 19 days; jobs find lists them.`,
    );
  }
  const { history, ...job } = found;
  const person = job.requestedBy === null ? null : await findUserById(db, job.requestedBy);
  return {
    job,
    history: readHistory(history),
    attemptsAllowed: isJobName(job.name) ? catalogue[job.name].attempts : null,
    requestedBy: person && { id: person.id, username: person.username },
    subject: await findSubject(db, job),
    letters: await findLettersOfJob(db, id),
  };
}
