import { QueryTypes } from "sequelize";

import { select, update, type Database } from "../database.ts";

/**
 * Shared by all workers and timed by the database's clock, as theirs differ.
 * - `sending`: calls to SES, at the account's rate
 * - `ordinary`: when mails that nobody waits for become due, a little slower, so that others never stand behind them
 */
export type MailLane = "sending" | "ordinary";

const shares: Record<MailLane, number> = { sending: 1, ordinary: 0.8 };

/** What SES lets the account send in a second. */
export async function setMailRate(db: Database, perSecond: number): Promise<void> {
  for (const [name, share] of Object.entries(shares)) {
    const sql = "UPDATE mail_lanes SET per_second = :perSecond WHERE name = :name";
    await update(db, sql, { name, perSecond: perSecond * share });
  }
}

const now = "UTC_TIMESTAMP(6)";
const waitMs = (clock: string) =>
  `GREATEST(0, TIMESTAMPDIFF(MICROSECOND, ${clock}, next_at)) DIV 1000`;

/**
 * Takes the next free place in a lane: milliseconds until then. Null, and none is taken, when it is farther away
 * than `withinMs`.
 */
export async function takePlace(
  db: Database,
  lane: MailLane,
  withinMs = Number.MAX_SAFE_INTEGER,
): Promise<number | null> {
  // SYSDATE, as others may have held the row since the statement began. LAST_INSERT_ID(x) comes back with the answer.
  const sql = `UPDATE mail_lanes SET
      next_at = IF(LAST_INSERT_ID(${waitMs("SYSDATE(6)")}) <= :withinMs,
        GREATEST(next_at, SYSDATE(6)) + INTERVAL ROUND(1000000 / per_second) MICROSECOND, next_at)
    WHERE name = :lane`;
  const [wait] = await db.sequelize.query(sql, {
    ...db.options,
    replacements: { lane, withinMs },
    type: QueryTypes.INSERT,
  });
  return wait <= withinMs ? wait : null;
}

/** How far away the next free place is, in milliseconds. */
export async function findNextPlace(db: Database, lane: MailLane): Promise<number> {
  const sql = `SELECT ${waitMs(now)} AS wait FROM mail_lanes WHERE name = :lane`;
  const [row] = await select<{ wait: number }>(db, sql, { lane });
  return row?.wait ?? 0;
}

/** SES wants a pause: nobody calls it until then. */
export async function holdSending(db: Database, forMs: number): Promise<void> {
  const sql = `UPDATE mail_lanes SET next_at = GREATEST(next_at, ${now} + INTERVAL :forMs * 1000 MICROSECOND)
    WHERE name = 'sending'`;
  await update(db, sql, { forMs });
}
