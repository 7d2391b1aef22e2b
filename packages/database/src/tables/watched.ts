import { select, type Database } from "../database.ts";

/** Nothing is counted beyond this: what is far too much need not be known exactly. */
export const countedAtMost = 10_000;

/** Jobs that should be on their way to SQS and are not: how many, and since when the oldest of them is due. */
export async function findOutboxLag(
  db: Database,
  now: Date,
): Promise<{ count: number; oldest: Date | null }> {
  const sql = `SELECT COUNT(*) AS count, MIN(run_at) AS oldest FROM (
      SELECT run_at FROM jobs WHERE state = 'queued' AND dispatched_at IS NULL AND run_at <= :now
      ORDER BY run_at LIMIT ${countedAtMost}) waiting`;
  const [row] = await select<{ count: number; oldest: Date | null }>(db, sql, { now });
  return row ?? { count: 0, oldest: null };
}

/**
 * By queue: how many jobs are due and not begun, up to `countedAtMost`, and since when the oldest of them is. A queue
 * without any is missing.
 */
export async function countDueJobs(
  db: Database,
  queues: readonly string[],
  now: Date,
): Promise<{ queue: string; due: number; oldest: Date }[]> {
  const each = queues.map(
    (_, nth) => `SELECT :queue${nth} AS queue, COUNT(*) AS due, MIN(run_at) AS oldest FROM (
      SELECT run_at FROM jobs WHERE state = 'queued' AND queue = :queue${nth} AND run_at <= :now
      ORDER BY run_at LIMIT ${countedAtMost}) waiting${nth}`,
  );
  const rows = await select<{ queue: string; due: number; oldest: Date | null }>(
    db,
    each.join(" UNION ALL "),
    { now, ...Object.fromEntries(queues.map((queue, nth) => [`queue${nth}`, queue])) },
  );
  return rows.flatMap(({ oldest, ...row }) => (oldest ? [{ ...row, oldest }] : []));
}

/** Jobs that came to an end in that time, by queue. */
export function countFinishedJobs(
  db: Database,
  { from, until }: { from: Date; until: Date },
): Promise<{ queue: string; count: number }[]> {
  const sql = `SELECT queue, COUNT(*) AS count FROM jobs
    WHERE finished_at >= :from AND finished_at < :until GROUP BY queue`;
  return select(db, sql, { from, until });
}

/** Open letters by queue. */
export function countOpenLetters(db: Database): Promise<{ queue: string; count: number }[]> {
  return select(
    db,
    "SELECT queue, COUNT(*) AS count FROM dead_letters WHERE state = 'open' GROUP BY queue",
  );
}

/** Open letters in all, and those of them that came since then. */
export async function countOpenAndNewLetters(
  db: Database,
  since: Date,
): Promise<{ open: number; recent: number }> {
  const sql = `SELECT COUNT(*) AS open, COUNT(IF(created_at >= :since, 1, NULL)) AS recent
    FROM dead_letters WHERE state = 'open'`;
  const [row] = await select<{ open: number; recent: number }>(db, sql, { since });
  return row ?? { open: 0, recent: 0 };
}

/** Mails of which nobody knows whether they went out, nor will find out. */
export async function countUnknownMails(db: Database, createdSince: Date): Promise<number> {
  const sql = `SELECT COUNT(*) AS count FROM (
      SELECT id FROM email_messages WHERE status = 'unknown' AND created_at >= :createdSince
        AND unknown_at_quiet_ms IS NULL LIMIT ${countedAtMost}) mails`;
  const [row] = await select<{ count: number }>(db, sql, { createdSince });
  return row?.count ?? 0;
}

/** By task: ticks that never came since the last one that did. A task that misses none is missing. */
export function countTicksMissedInARow(
  db: Database,
  since: Date,
): Promise<{ task: string; count: number; first: Date; last: Date }[]> {
  const sql = `SELECT m.task, COUNT(*) AS count, MIN(m.scheduled_at) AS first, MAX(m.scheduled_at) AS last
    FROM schedule_ticks m
    WHERE m.state IN ('missed', 'made-up') AND m.scheduled_at >= :since
      AND m.scheduled_at > COALESCE((SELECT MAX(r.scheduled_at) FROM schedule_ticks r
        WHERE r.task = m.task AND r.state = 'received'), '1970-01-01')
    GROUP BY m.task`;
  return select(db, sql, { since });
}
