import { transaction, type Database } from "@tendril/database";
import { repeat } from "@tendril/runtime";

/** Longer than any window is open; two of them are longer than the silence after one was told. */
const leapMinutes = 31;
const everyMs = 3_000;

const leap = (column: string) => `${column} = ${column} - INTERVAL ${leapMinutes} MINUTE`;

/**
 * What would take hours takes seconds: moves back when things happened, and when what waits for that is due. The
 * processes know nothing of it; to them it is as if they had been asleep for half an hour, again and again.
 */
const leaps = [
  [
    `UPDATE notifications SET ${["first_at", "last_at", "window_from", "told_at"].map(leap).join(", ")}
      WHERE unread = 1 AND (window_from IS NOT NULL OR told_at IS NOT NULL)`,
    `UPDATE jobs SET ${leap("run_at")}
      WHERE name IN ('tell-notification', 'announce-photos') AND state = 'queued' AND dispatched_at IS NULL`,
  ],
  [
    `UPDATE users SET digest_due_at = UTC_TIMESTAMP(3) WHERE digest = 'daily' AND digest_due_at > UTC_TIMESTAMP(3)`,
  ],
];

/** Until it is disposed of. */
export function passTime(db: Database): AsyncDisposable {
  return repeat(
    async () => {
      for (const together of leaps)
        await transaction(db, async ({ sequelize, options: { transaction: tx } }) => {
          for (const sql of together) await sequelize.query(sql, { transaction: tx ?? null });
        });
    },
    // The database is frozen now and then; the next leap comes.
    { pauseMs: everyMs, pauseFirst: true, onError: () => {} },
  );
}

/** Nobody here has a quarter of an hour to prove that nothing more comes from SES. */
export async function passQuietTime({ sequelize }: Database): Promise<void> {
  await sequelize.query("UPDATE quiet_clock SET quiet_ms = quiet_ms + 900000");
}
