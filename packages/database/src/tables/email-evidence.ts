import { select, update, type Database } from "../database.ts";
import {
  markSent,
  type Delivery,
  deliveries,
  type EmailMessageRow,
  type Sending,
} from "./email-messages.ts";

/**
 * Nobody knows whether it went out: from now on it waits for evidence, by the quiet clock. False when that is known
 * by now.
 */
export async function markUnknown(db: Database, mail: Sending, error: string): Promise<boolean> {
  const sql = `UPDATE email_messages SET status = 'unknown', error = :error,
      unknown_at_quiet_ms = (SELECT quiet_ms FROM quiet_clock WHERE id = 1)
    WHERE id = :id AND generation = :generation AND status = 'sending'`;
  return (await update(db, sql, { ...mail, error: error.slice(0, 500) })) === 1;
}

/** Unknown mails for which that much quiet time has passed without evidence. */
export function findWithoutTrace(
  db: Database,
  { quietMs, limit }: { quietMs: number; limit: number },
): Promise<Pick<EmailMessageRow, "id" | "generation" | "template" | "userId" | "event">[]> {
  const sql = `SELECT m.id, m.generation, m.template, m.user_id AS userId, m.event
    FROM email_messages m JOIN quiet_clock q ON q.id = 1
    WHERE m.status = 'unknown' AND m.unknown_at_quiet_ms + :quietMs <= q.quiet_ms
    ORDER BY m.created_at LIMIT :limit`;
  return select(db, sql, { quietMs, limit });
}

/** Its next sending may begin. False when evidence came meanwhile, or somebody was faster. */
export async function beginNextGeneration(db: Database, mail: Sending): Promise<boolean> {
  const sql = `UPDATE email_messages SET status = 'waiting', generation = generation + 1, unknown_at_quiet_ms = NULL
                WHERE id = :id AND generation = :generation AND status = 'unknown'`;
  return (await update(db, sql, mail)) === 1;
}

/** It stays unknown: evidence that comes later still counts, but nothing waits for it any more. */
export async function leaveUnknown(db: Database, mail: Sending, error: string): Promise<void> {
  const sql = `UPDATE email_messages SET error = :error, unknown_at_quiet_ms = NULL
                WHERE id = :id AND generation = :generation AND status = 'unknown'`;
  await update(db, sql, { ...mail, error: error.slice(0, 500) });
}

/** Whether SES took it in, and if so, what came of that. Repeated and in any order it comes to the same. */
export type Evidence = {
  sesMessageId: string;
  sentAt: Date;
  delivery: Delivery | null;
  at: Date;
  error: string | null;
};

export async function noteEvidence(
  db: Database,
  id: number,
  { sesMessageId, sentAt, delivery, at, error }: Evidence,
): Promise<void> {
  await markSent(db, id, sesMessageId, sentAt);
  if (!delivery) return;
  const weaker = deliveries.slice(0, deliveries.indexOf(delivery));
  const sql = `UPDATE email_messages SET delivery = :delivery, delivery_at = :at, error = :error,
      status = IF(:delivery = 'rejected', 'refused', status)
    WHERE id = :id AND (delivery IS NULL OR delivery IN (:weaker))`;
  await update(db, sql, {
    id,
    delivery,
    at,
    error: error?.slice(0, 500) ?? null,
    weaker: ["", ...weaker],
  });
}

/** The soft bounces of an address since something last arrived there, and since somebody last lifted its suppression. */
export async function findSoftBounces(
  db: Database,
  address: string,
): Promise<{ count: number; firstAt: Date | null; lastAt: Date | null }> {
  const sql = `SELECT COUNT(*) AS count, MIN(delivery_at) AS firstAt, MAX(delivery_at) AS lastAt
    FROM email_messages
    WHERE recipient = :address AND delivery = 'soft-bounced' AND delivery_at > GREATEST(
      COALESCE((SELECT MAX(delivery_at) FROM email_messages
        WHERE recipient = :address AND delivery = 'delivered'), '1970-01-01'),
      COALESCE((SELECT lifted_at FROM suppressions
        WHERE address = :address AND reason = 'bounce'), '1970-01-01'))`;
  const [row] = await select<{ count: number; firstAt: Date | null; lastAt: Date | null }>(
    db,
    sql,
    {
      address,
    },
  );
  return row ?? { count: 0, firstAt: null, lastAt: null };
}
