import { days } from "@tendril/runtime";

import { remove, select, update, type Database } from "../database.ts";

export type SuppressionReason = "bounce" | "complaint";

/** Why an address is not written to. Each reason for itself: lifting one leaves the other. */
export type SuppressionRow = {
  address: string;
  reason: SuppressionReason;
  /** Of a bounce: that it will never arrive, while others came again and again. */
  permanent: boolean;
  since: Date;
  /** When the person last had us try again. */
  liftedAt: Date | null;
  /** What SES said, for operators. */
  detail: string;
};

/** A person may have us try again once in this time: each vain try counts against us at mail providers. */
const liftPause = days(1);

/** The gravest reason not to write to that address now; null when there is none. */
export async function findSuppression(
  db: Database,
  address: string,
): Promise<SuppressionRow | null> {
  const sql = `SELECT address, reason, permanent, since, lifted_at AS liftedAt, detail FROM suppressions
    WHERE address = :address AND active = 1
    ORDER BY reason = 'bounce' AND permanent DESC, reason = 'complaint' DESC LIMIT 1`;
  const [row] = await select<Omit<SuppressionRow, "permanent"> & { permanent: number }>(db, sql, {
    address,
  });
  return row ? { ...row, permanent: row.permanent === 1 } : null;
}

/** What is in vain stops every mail; what annoys, or may yet arrive, leaves those that people wait for. */
export function stopsMail({ reason, permanent }: SuppressionRow, essential: boolean): boolean {
  return !essential || (reason === "bounce" && permanent);
}

/** `since` is when it happened: what happened before the last lifting does not count any more, however late it is told. */
export async function suppress(
  db: Database,
  suppression: Omit<SuppressionRow, "liftedAt">,
): Promise<void> {
  const news = "(lifted_at IS NULL OR lifted_at < VALUES(since))";
  // From left to right: what reads `active` comes before it is set.
  const sql = `INSERT INTO suppressions (address, reason, permanent, since, detail)
    VALUES (:address, :reason, :permanent, :since, :detail)
    ON DUPLICATE KEY UPDATE
      detail = IF(${news} AND (active = 0 OR VALUES(permanent) > permanent), VALUES(detail), detail),
      since = IF(${news} AND active = 0, VALUES(since), since),
      permanent = IF(${news}, IF(active = 1, GREATEST(permanent, VALUES(permanent)), VALUES(permanent)), permanent),
      active = IF(${news}, 1, active)`;
  const { permanent, detail } = suppression;
  await update(db, sql, {
    ...suppression,
    permanent: permanent ? 1 : 0,
    detail: detail.slice(0, 500),
  });
}

/** Whether the person may have us try again now. Who reported us as spam did not mean to. */
export function canBeLifted({ reason, liftedAt }: SuppressionRow, now: Date): boolean {
  return reason === "bounce" && (!liftedAt || now.getTime() - liftedAt.getTime() >= liftPause);
}

/** Tries the address again. False when there is nothing to lift, or it is too early to lift it once more. */
export async function liftSuppression(db: Database, address: string, now: Date): Promise<boolean> {
  const before = new Date(now.getTime() - liftPause);
  const sql = `UPDATE suppressions SET active = 0, lifted_at = :now
    WHERE address = :address AND reason = 'bounce' AND active = 1
      AND (lifted_at IS NULL OR lifted_at <= :before)`;
  return (await update(db, sql, { address, now, before })) === 1;
}

/** Something arrived: what came back before, again and again, does so no more. */
export async function forgetSoftBounces(db: Database, address: string, at: Date): Promise<void> {
  const sql = `DELETE FROM suppressions
    WHERE address = :address AND reason = 'bounce' AND permanent = 0 AND active = 1 AND since <= :at`;
  await remove(db, sql, { address, at });
}
