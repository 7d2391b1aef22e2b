import { select, update, type Database } from "../database.ts";

/**
 * Measures the time during which all that SES had to tell was read: it stands still while nobody reads the queue of
 * its events, and while there is more in it than readers have come to. All readers drive this one clock together.
 */
export async function readQuietClock(db: Database): Promise<number> {
  const sql = "SELECT quiet_ms AS quietMs FROM quiet_clock WHERE id = 1";
  const [row] = await select<{ quietMs: number }>(db, sql);
  if (!row) throw new Error("quiet_clock has no row: the migrations did not run");
  return row.quietMs;
}

/** Clocks of instances differ by less; a stand that is later than that was set by a clock that jumped. */
const clocksDifferMs = 60_000;

const setLookedAt = `looked_at = IF(TIMESTAMPDIFF(MICROSECOND, :now, looked_at) DIV 1000 > ${clocksDifferMs},
    :now, GREATEST(looked_at, :now))`;

/** A reader has found for `forMs` that it had read all. What another one counted already is not counted again. */
export async function advanceQuietClock(db: Database, now: Date, forMs: number): Promise<void> {
  const sql = `UPDATE quiet_clock SET
      quiet_ms = quiet_ms + LEAST(:forMs, GREATEST(0, TIMESTAMPDIFF(MICROSECOND, looked_at, :now) DIV 1000)),
      ${setLookedAt} WHERE id = 1`;
  await update(db, sql, { now, forMs: Math.max(0, Math.round(forMs)) });
}

/** A reader sees that there is more to read: the time until now proves nothing. */
export async function stopQuietClock(db: Database, now: Date): Promise<void> {
  await update(db, `UPDATE quiet_clock SET ${setLookedAt} WHERE id = 1`, { now });
}
