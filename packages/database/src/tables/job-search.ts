import { isAscii, select, type Database } from "../database.ts";
import type { JobRow, JobState } from "./jobs.ts";

/** What a list says of a job. */
export type JobSummary = Pick<
  JobRow,
  | "id"
  | "name"
  | "queue"
  | "state"
  | "payload"
  | "attempts"
  | "generation"
  | "worker"
  | "lastError"
  | "requestedBy"
  | "trace"
  | "createdAt"
  | "runAt"
  | "dispatchedAt"
  | "finishedAt"
> & { requestedByName: string | null };

/** All of what is given holds for each job that is found. Texts are looked for anywhere, in any case. */
export type JobSearch = {
  state?: JobState | undefined;
  name?: string | undefined;
  queue?: string | undefined;
  trace?: string | undefined;
  requestedBy?: number | undefined;
  worker?: string | undefined;
  error?: string | undefined;
  payload?: string | undefined;
  /** When it was enqueued. */
  since?: Date | undefined;
  until?: Date | undefined;
};

const conditions = [
  ["state", "state = :state"],
  ["name", "name = :name"],
  ["queue", "queue = :queue"],
  ["trace", "trace = :trace"],
  ["requestedBy", "requested_by = :requestedBy"],
  ["worker", "worker = :worker"],
  ["error", "last_error LIKE :error"],
  ["payload", "payload LIKE :payload"],
  ["since", "id >= :since"],
  ["until", "id < :until"],
] as const;

/** Newest first, those enqueued before the job `before`. Ids sort by time, so a page reads no more than it needs. */
export function searchJobs(
  db: Database,
  search: JobSearch,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<JobSummary[]> {
  const texts = [search.name, search.queue, search.trace, before];
  if (!texts.every((text) => isAscii(text ?? ""))) return Promise.resolve([]);
  const given = conditions.filter(([key]) => search[key] !== undefined);
  const where: string[] = given.map(([, condition]) => condition);
  if (before !== undefined) where.push("id < :before");
  return select<JobSummary>(
    db,
    `SELECT j.id, j.name, j.queue, j.state, j.payload, j.attempts, j.generation, j.worker, j.trace,
        j.last_error AS lastError, j.requested_by AS requestedBy, u.username AS requestedByName,
        j.created_at AS createdAt, j.run_at AS runAt, j.dispatched_at AS dispatchedAt, j.finished_at AS finishedAt
      FROM (SELECT id FROM jobs ${indexFor(search)} WHERE ${where.join(" AND ") || "TRUE"}
        ORDER BY id DESC LIMIT :limit) page
      JOIN jobs j ON j.id = page.id LEFT JOIN users u ON u.id = j.requested_by ORDER BY j.id DESC`,
    {
      ...search,
      ...(search.error !== undefined && { error: anywhere(search.error) }),
      ...(search.payload !== undefined && { payload: anywhere(search.payload) }),
      ...(search.since && { since: firstIdOf(search.since) }),
      ...(search.until && { until: firstIdOf(search.until) }),
      before,
      limit,
    },
  );
}

/**
 * Few of many millions: the order of the primary key would lead through all of them before it finds a page of those.
 */
function indexFor({ trace, state }: JobSearch): string {
  if (trace !== undefined) return "FORCE INDEX (jobs_trace)";
  const few = state === "queued" || state === "running" || state === "dead";
  return few ? "FORCE INDEX (jobs_relay)" : "";
}

/** Ids begin with the milliseconds of their making: no job of that time or later has a smaller one. */
export function firstIdOf(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

function anywhere(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
