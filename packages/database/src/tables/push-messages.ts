import { DataTypes, UniqueConstraintError, type Optional, type Sequelize } from "sequelize";

import { plain, select, update, type Database, type Table } from "../database.ts";

const pushStatuses = [
  "waiting",
  "sending",
  "sent",
  /** Nobody wants it any more: read meanwhile, too old, or the person is gone. */
  "skipped",
  /** The browser is: forgotten by its push service, or by its person. */
  "gone",
  "refused",
  "unknown",
] as const;
export type PushStatus = (typeof pushStatuses)[number];

export type PushMessageRow = {
  id: number;
  /** One push per event and subscription, whatever is repeated. */
  event: string;
  subscriptionId: number;
  userId: number;
  /** Null for a test that a person sends to a browser of their own. */
  notificationId: number | null;
  status: PushStatus;
  error: string | null;
  createdAt: Date;
  /** When the call to the push service began that was the last one. */
  sendingAt: Date | null;
  endedAt: Date | null;
};

type NewPushMessage = Optional<
  PushMessageRow,
  "id" | "status" | "error" | "createdAt" | "sendingAt" | "endedAt"
>;

export function definePushMessages(sequelize: Sequelize): Table<PushMessageRow, NewPushMessage> {
  return sequelize.define("push_messages", {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    event: { type: DataTypes.STRING(100), allowNull: false },
    subscriptionId: { type: DataTypes.BIGINT.UNSIGNED, allowNull: false },
    userId: { type: DataTypes.BIGINT.UNSIGNED, allowNull: false },
    notificationId: DataTypes.BIGINT.UNSIGNED,
    status: { type: DataTypes.ENUM(...pushStatuses), allowNull: false, defaultValue: "waiting" },
    error: DataTypes.STRING(500),
    createdAt: { type: DataTypes.DATE(3), allowNull: false, defaultValue: DataTypes.NOW },
    sendingAt: DataTypes.DATE(3),
    endedAt: DataTypes.DATE(3),
  });
}

/** The new push's id; null when this event was pushed to this browser before. */
export async function insertPushMessage(
  db: Database,
  message: Pick<PushMessageRow, "event" | "subscriptionId" | "userId" | "notificationId">,
): Promise<number | null> {
  try {
    const transaction = db.options.transaction ?? null;
    return plain(await db.tables.pushMessages.create(message, { transaction })).id;
  } catch (error) {
    if (error instanceof UniqueConstraintError) return null;
    throw error;
  }
}

/** A push with where it goes: null there when the browser is forgotten or another person's by now. */
export type PushToSend = Pick<
  PushMessageRow,
  "id" | "subscriptionId" | "userId" | "notificationId" | "status" | "createdAt"
> & { endpoint: string | null; p256dh: string | null; auth: string | null };

export async function findPushToSend(db: Database, id: number): Promise<PushToSend | null> {
  const rows = await select<PushToSend>(
    db,
    `SELECT m.id, m.subscription_id AS subscriptionId, m.user_id AS userId, m.status,
            m.notification_id AS notificationId, m.created_at AS createdAt, s.endpoint, s.p256dh, s.auth
       FROM push_messages m
       LEFT JOIN push_subscriptions s ON s.id = m.subscription_id AND s.user_id = m.user_id
      WHERE m.id = :id`,
    { id },
  );
  return rows[0] ?? null;
}

/**
 * Written before the call to the push service: whoever finds it later knows that the outcome is not known.
 * False when it was not waiting any more: another attempt was faster.
 */
export async function markPushSending(db: Database, id: number, at: Date): Promise<boolean> {
  const sql = `UPDATE push_messages SET status = 'sending', sending_at = :at
                WHERE id = :id AND status = 'waiting'`;
  return (await update(db, sql, { id, at })) === 1;
}

/** The push service said "not now", or was never reached: it may be tried again. */
export async function markPushNotSent(db: Database, id: number, error: string): Promise<void> {
  const sql = `UPDATE push_messages SET status = 'waiting', error = :error
                WHERE id = :id AND status = 'sending'`;
  await update(db, sql, { id, error: error.slice(0, 500) });
}

/** How it ended; nothing changes that any more, not even another attempt. */
export async function closePushMessage(
  db: Database,
  id: number,
  status: Exclude<PushStatus, "waiting" | "sending">,
  { at, error = null }: { at: Date; error?: string | null },
): Promise<void> {
  const sql = `UPDATE push_messages SET status = :status, error = :error, ended_at = :at
                WHERE id = :id AND status IN ('waiting', 'sending')`;
  await update(db, sql, { id, status, at, error: error?.slice(0, 500) ?? null });
}
