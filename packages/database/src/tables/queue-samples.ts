import { insert, select, type Database } from "../database.ts";
import { purgeBy } from "./purges.ts";

/** What one worker found of one queue in one minute. */
export type QueueSampleRow = {
  queue: string;
  minute: Date;
  /** As SQS estimates them; null when it did not answer. */
  visible: number | null;
  inFlight: number | null;
  delayed: number | null;
  /** Messages in its dead-letter queue. */
  dead: number | null;
  /** Jobs that could begin, by the ledger, and how long the oldest of them has waited. */
  due: number;
  oldestMs: number;
  /** Jobs that came to their end in the minute before. */
  finished: number;
  openLetters: number;
};

const columns = `queue, minute, visible, in_flight AS inFlight, in_delay AS \`delayed\`, dead, due,
  oldest_ms AS oldestMs, finished, open_letters AS openLetters`;

/** Of several that took a sample in one minute the first is kept. */
export async function insertQueueSample(db: Database, row: QueueSampleRow): Promise<void> {
  const sql = `INSERT IGNORE INTO queue_samples
      (queue, minute, visible, in_flight, in_delay, dead, due, oldest_ms, finished, open_letters)
    VALUES (:queue, :minute, :visible, :inFlight, :delayed, :dead, :due, :oldestMs, :finished, :openLetters)`;
  await insert(db, sql, row);
}

/** Oldest first; a day of one queue has 1,440. */
export function findQueueSamples(
  db: Database,
  queue: string,
  { since, limit }: { since: Date; limit: number },
): Promise<QueueSampleRow[]> {
  const sql = `SELECT ${columns} FROM queue_samples WHERE queue = :queue AND minute >= :since
    ORDER BY minute LIMIT :limit`;
  return select(db, sql, { queue, since, limit });
}

/** Samples of some minutes as one point of a chart. */
export type QueueBucket = {
  queue: string;
  /** Counted from the time that was asked for. */
  bucket: number;
  /** The most of each; null when SQS did not answer. */
  visible: number | null;
  oldestMs: number;
  finished: number;
};

/** All queues since then, in steps of so many minutes. */
export function findQueueBuckets(
  db: Database,
  { since, minutes }: { since: Date; minutes: number },
): Promise<QueueBucket[]> {
  const sql = `SELECT queue, TIMESTAMPDIFF(MINUTE, :since, minute) DIV :minutes AS bucket,
      MAX(visible) AS visible, MAX(oldest_ms) AS oldestMs, MAX(finished) AS finished
    FROM queue_samples WHERE minute >= :since GROUP BY queue, bucket ORDER BY queue, bucket`;
  return select<QueueBucket>(db, sql, { since, minutes });
}

/** The last of each queue that is not older than that. */
export function findLatestQueueSamples(db: Database, since: Date): Promise<QueueSampleRow[]> {
  const sql = `SELECT ${columns} FROM queue_samples WHERE (queue, minute) IN (
      SELECT queue, MAX(minute) FROM queue_samples WHERE minute >= :since GROUP BY queue)`;
  return select(db, sql, { since });
}

/**
 * `since`: something has been in its dead-letter queue at every look from then on; null when it was empty at the last.
 * `lookedAt` is that last look; null when there was none in the time asked for.
 */
export async function findDeadSince(
  db: Database,
  queue: string,
  lookedSince: Date,
): Promise<{ since: Date | null; lookedAt: Date | null }> {
  const last = (where: string, order: "ASC" | "DESC") =>
    `(SELECT minute FROM queue_samples WHERE queue = :queue AND ${where} ORDER BY minute ${order} LIMIT 1)`;
  const empty = `COALESCE(${last("dead = 0", "DESC")}, '1970-01-01')`;
  const sql = `SELECT ${last("dead IS NOT NULL AND minute >= :lookedSince", "DESC")} AS lookedAt,
    ${last(`dead > 0 AND minute > ${empty}`, "ASC")} AS since`;
  const [row] = await select<{ since: Date | null; lookedAt: Date | null }>(db, sql, {
    queue,
    lookedSince,
  });
  return row ?? { since: null, lookedAt: null };
}

export const purgeQueueSamples = purgeBy("queue_samples", "minute");
