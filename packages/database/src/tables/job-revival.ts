import { plain, update, type Database } from "../database.ts";
import type { JobRow } from "./jobs.ts";

/** For a transaction that is about to change them. */
export async function lockJobs(tx: Database, ids: readonly string[]): Promise<JobRow[]> {
  const where = { id: [...ids] };
  return (await tx.tables.jobs.findAll({ ...tx.options, where, lock: true })).map(plain);
}

/** Dead jobs that are locked begin their next generation, from the outbox on. */
export async function reviveJobs(
  tx: Database,
  jobs: readonly { id: string; payload: string | null }[],
  runAt: Date,
): Promise<void> {
  const again = `state = 'queued', generation = generation + 1, attempts = 0, crashed = 0,
    history = '[]', last_error = NULL, finished_at = NULL, dispatched_at = NULL, relay_after = NULL,
    run_at = :runAt`;
  const unchanged = jobs.flatMap(({ id, payload }) => (payload === null ? [id] : []));
  if (unchanged.length > 0) {
    const sql = `UPDATE jobs SET ${again} WHERE id IN (:unchanged) AND state = 'dead'`;
    await update(tx, sql, { unchanged, runAt });
  }
  for (const { id, payload } of jobs) {
    if (payload === null) continue;
    const sql = `UPDATE jobs SET ${again}, payload = :payload WHERE id = :id AND state = 'dead'`;
    await update(tx, sql, { id, payload, runAt });
  }
}
