import { select, type Database } from "../database.ts";

/** Open letters in which those of a run are looked for, the newest. */
const lookedThrough = 10_000;

/**
 * Open letters of jobs that one of these runs had sent back: they died again. In the order of their numbers.
 * `since`: when the first of the runs began.
 */
export async function findDeathsAfterRedrive(
  db: Database,
  runIds: readonly number[],
  since: Date,
): Promise<{ runId: number; letterId: number }[]> {
  if (runIds.length === 0) return [];
  const sql = `SELECT DISTINCT r.run_id AS runId, again.id AS letterId
    FROM (SELECT id FROM dead_letters FORCE INDEX (dead_letters_open)
      WHERE state = 'open' AND created_at >= :since ORDER BY created_at DESC LIMIT ${lookedThrough}) newest
    JOIN dead_letters again ON again.id = newest.id
    JOIN dead_letters l ON l.job_id = again.job_id AND l.id < again.id
    JOIN redrive_run_letters r ON r.letter_id = l.id AND r.run_id IN (:runIds)
    ORDER BY again.id`;
  return select(db, sql, { runIds, since });
}
