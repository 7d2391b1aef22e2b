import { DataTypes, UniqueConstraintError, type Optional, type Sequelize } from "sequelize";

import { plain, update, type Database, type Table } from "../database.ts";

export const emailTemplates = [
  "verify-email",
  "welcome",
  "reset-password",
  "notification",
  "digest",
] as const;
export type EmailTemplate = (typeof emailTemplates)[number];

export const emailStatuses = ["waiting", "sending", "sent", "refused", "unknown"] as const;
export type EmailStatus = (typeof emailStatuses)[number];

export type EmailMessageRow = {
  id: number;
  /** What it is about, e.g. `sign-up:17`. One mail per event and recipient, whatever is repeated. */
  event: string;
  recipient: string;
  userId: number;
  template: EmailTemplate;
  /** JSON of ids, by template. */
  about: string | null;
  status: EmailStatus;
  sesMessageId: string | null;
  error: string | null;
  createdAt: Date;
  sentAt: Date | null;
};

type NewEmailMessage = Optional<
  EmailMessageRow,
  "id" | "about" | "status" | "sesMessageId" | "error" | "createdAt" | "sentAt"
>;

export function defineEmailMessages(sequelize: Sequelize): Table<EmailMessageRow, NewEmailMessage> {
  return sequelize.define("email_messages", {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    event: { type: DataTypes.STRING(100), allowNull: false },
    recipient: { type: DataTypes.STRING(254), allowNull: false },
    userId: { type: DataTypes.BIGINT.UNSIGNED, allowNull: false },
    template: { type: DataTypes.STRING(40), allowNull: false },
    about: DataTypes.TEXT,
    status: { type: DataTypes.ENUM(...emailStatuses), allowNull: false, defaultValue: "waiting" },
    sesMessageId: DataTypes.STRING(100),
    error: DataTypes.STRING(500),
    createdAt: { type: DataTypes.DATE(3), allowNull: false, defaultValue: DataTypes.NOW },
    sentAt: DataTypes.DATE(3),
  });
}

/** The new mail's id; null when this event was mailed to this person before. */
export async function insertEmailMessage(
  db: Database,
  message: Pick<EmailMessageRow, "event" | "recipient" | "userId" | "template"> & {
    about?: string | null;
  },
): Promise<number | null> {
  try {
    return plain(
      await db.tables.emailMessages.create(message, {
        transaction: db.options.transaction ?? null,
      }),
    ).id;
  } catch (error) {
    if (error instanceof UniqueConstraintError) return null;
    throw error;
  }
}

export async function findEmailMessage(db: Database, id: number): Promise<EmailMessageRow | null> {
  const message = await db.tables.emailMessages.findByPk(id, db.options);
  return message && plain(message);
}

/**
 * Written before the call to SES: whoever finds it later knows that the outcome is not known.
 * False when it was not waiting any more: another attempt was faster.
 */
export async function markSending(db: Database, id: number): Promise<boolean> {
  const sql = "UPDATE email_messages SET status = 'sending' WHERE id = :id AND status = 'waiting'";
  return (await update(db, sql, { id })) === 1;
}

/** SES said no, or was never reached: it may be tried again. */
export async function markNotSent(db: Database, id: number, error: string): Promise<void> {
  const sql = `UPDATE email_messages SET status = 'waiting', error = :error
                WHERE id = :id AND status = 'sending'`;
  await update(db, sql, { id, error: error.slice(0, 500) });
}

export async function markSent(
  db: Database,
  id: number,
  sesMessageId: string,
  at: Date,
): Promise<void> {
  const sql = `UPDATE email_messages SET status = 'sent', ses_message_id = :sesMessageId, error = NULL, sent_at = :at
                WHERE id = :id`;
  await update(db, sql, { id, sesMessageId, at });
}

/** It will not be sent any more: refused for good, or with an outcome that nobody knows, not even another attempt. */
export async function closeEmailMessage(
  db: Database,
  id: number,
  status: "refused" | "unknown",
  error: string,
): Promise<void> {
  const sql = `UPDATE email_messages SET status = :status, error = :error
                WHERE id = :id AND status = 'sending'`;
  await update(db, sql, { id, status, error: error.slice(0, 500) });
}
