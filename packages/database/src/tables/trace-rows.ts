import { isAscii, select, type Database } from "../database.ts";
import type { DeadLetterRow } from "./dead-letters.ts";
import type { EmailMessageRow } from "./email-messages.ts";
import type { JobRow } from "./jobs.ts";
import type { PhotoRow } from "./photos.ts";
import type { PushMessageRow } from "./push-messages.ts";
import type { ScheduleTickRow } from "./schedule-ticks.ts";

export type TracedJob = Pick<
  JobRow,
  | "id"
  | "generation"
  | "name"
  | "queue"
  | "payload"
  | "state"
  | "attempts"
  | "runAt"
  | "dispatchedAt"
  | "worker"
  | "workerRelease"
  | "startedAt"
  | "history"
  | "parentId"
  | "trace"
  | "createdAt"
  | "finishedAt"
>;

/** The jobs of a journey, oldest first. */
export function findJobsOfTrace(db: Database, trace: string, limit: number): Promise<TracedJob[]> {
  if (!isAscii(trace)) return Promise.resolve([]);
  return select(
    db,
    `SELECT id, generation, name, queue, payload, state, attempts, run_at AS runAt, worker, history, trace,
        dispatched_at AS dispatchedAt, worker_release AS workerRelease, started_at AS startedAt,
        parent_id AS parentId, created_at AS createdAt, finished_at AS finishedAt
      FROM jobs WHERE trace = :trace ORDER BY id LIMIT :limit`,
    { trace, limit },
  );
}

export type TracedLetter = Pick<
  DeadLetterRow,
  "id" | "jobId" | "generation" | "attempts" | "state" | "closedReason" | "createdAt" | "closedAt"
>;

/** The deaths of these jobs, each job's oldest first. */
export async function findLettersOfJobs(
  db: Database,
  jobIds: readonly string[],
): Promise<TracedLetter[]> {
  if (jobIds.length === 0) return [];
  return select<TracedLetter>(
    db,
    `SELECT id, job_id AS jobId, generation, attempts, state, closed_reason AS closedReason,
        created_at AS createdAt, closed_at AS closedAt
      FROM dead_letters WHERE job_id IN (:jobIds) ORDER BY job_id, generation`,
    { jobIds },
  );
}

export type TracedMail = Pick<
  EmailMessageRow,
  "id" | "template" | "recipient" | "status" | "sentAt" | "delivery" | "deliveryAt" | "error"
>;

export async function findMailsByIds(db: Database, ids: readonly number[]): Promise<TracedMail[]> {
  if (ids.length === 0) return [];
  return select<TracedMail>(
    db,
    `SELECT id, template, recipient, status, sent_at AS sentAt, delivery, delivery_at AS deliveryAt, error
      FROM email_messages WHERE id IN (:ids)`,
    { ids },
  );
}

export type TracedPush = Pick<
  PushMessageRow,
  "id" | "status" | "sendingAt" | "endedAt" | "error"
> & {
  username: string;
};

export async function findPushesByIds(db: Database, ids: readonly number[]): Promise<TracedPush[]> {
  if (ids.length === 0) return [];
  return select<TracedPush>(
    db,
    `SELECT m.id, m.status, m.sending_at AS sendingAt, m.ended_at AS endedAt, m.error, u.username
      FROM push_messages m JOIN users u ON u.id = m.user_id WHERE m.id IN (:ids)`,
    { ids },
  );
}

/** Whatever its state, also when it was removed. */
export async function findTraceOfPhoto(
  db: Database,
  slug: string,
): Promise<Pick<PhotoRow, "slug" | "trace"> | null> {
  if (!isAscii(slug)) return null;
  const sql = "SELECT slug, trace FROM photos WHERE slug = :slug";
  const rows = await select<Pick<PhotoRow, "slug" | "trace">>(db, sql, { slug });
  return rows[0] ?? null;
}

export async function findTick(
  db: Database,
  task: string,
  scheduledAt: Date,
): Promise<Pick<
  ScheduleTickRow,
  "state" | "firstReceivedAt" | "notedAt" | "tries" | "instance"
> | null> {
  const rows = await select<
    Pick<ScheduleTickRow, "state" | "firstReceivedAt" | "notedAt" | "tries" | "instance">
  >(
    db,
    `SELECT state, first_received_at AS firstReceivedAt, noted_at AS notedAt, tries, instance
      FROM schedule_ticks WHERE task = :task AND scheduled_at = :scheduledAt`,
    { task, scheduledAt },
  );
  return rows[0] ?? null;
}
