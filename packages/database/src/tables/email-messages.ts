import { DataTypes, UniqueConstraintError, type Optional, type Sequelize } from "sequelize";

import { plain, update, type Database, type Table } from "../database.ts";

export const emailTemplates = [
  "verify-email",
  "welcome",
  "reset-password",
  "change-email",
  "email-changed",
  "password-changed",
  "notification",
  "digest",
  "alarm",
] as const;
export type EmailTemplate = (typeof emailTemplates)[number];

/**
 * Mails that people wait for, about their account itself, and alarms. They go out from their own sender and before all
 * others, cannot be unsubscribed from, and are repeated rather than lost.
 */
const essentialTemplates: ReadonlySet<EmailTemplate> = new Set([
  "verify-email",
  "reset-password",
  "change-email",
  "email-changed",
  "password-changed",
  "alarm",
]);

export function isEssentialMail(template: EmailTemplate): boolean {
  return essentialTemplates.has(template);
}

/** How far we came with sending it. */
export const emailStatuses = [
  "waiting",
  "sending",
  "sent",
  "refused",
  /** SES gave no clear answer, or the worker died before it was noted. */
  "unknown",
  /** Its address is not written to: see `suppressions`. */
  "suppressed",
  /** When it was to be sent nothing was left of what it tells, or it was not wanted any more. */
  "skipped",
] as const;
export type EmailStatus = (typeof emailStatuses)[number];

/** What SES tells of a mail that it took in; of several the one further down counts, in whatever order they come. */
export const deliveries = [
  "delayed",
  "soft-bounced",
  "delivered",
  "bounced",
  "complained",
  "rejected",
] as const;
export type Delivery = (typeof deliveries)[number];

export type EmailMessageRow = {
  id: number;
  /** What it is about, e.g. `sign-up:17`. One mail per event and recipient, whatever is repeated. */
  event: string;
  recipient: string;
  /** Null for mails to operators, whose address is nobody's account. */
  userId: number | null;
  template: EmailTemplate;
  /** JSON of ids, by template. */
  about: string | null;
  status: EmailStatus;
  /** Counts the times that it was left open, with no trace of it at SES, and was sent again. */
  generation: number;
  sesMessageId: string | null;
  error: string | null;
  createdAt: Date;
  sentAt: Date | null;
  /** While the outcome is unknown and evidence may still come: the quiet clock's stand when that began. */
  unknownAtQuietMs: number | null;
  /** What SES told later, and when that was. */
  delivery: Delivery | null;
  deliveryAt: Date | null;
};

type NewEmailMessage = Optional<
  EmailMessageRow,
  Exclude<keyof EmailMessageRow, "event" | "recipient" | "userId" | "template">
>;

export function defineEmailMessages(sequelize: Sequelize): Table<EmailMessageRow, NewEmailMessage> {
  return sequelize.define("email_messages", {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    event: { type: DataTypes.STRING(100), allowNull: false },
    recipient: { type: DataTypes.STRING(254), allowNull: false },
    userId: DataTypes.BIGINT.UNSIGNED,
    template: { type: DataTypes.STRING(40), allowNull: false },
    about: DataTypes.TEXT,
    status: { type: DataTypes.ENUM(...emailStatuses), allowNull: false, defaultValue: "waiting" },
    generation: { type: DataTypes.INTEGER.UNSIGNED, allowNull: false, defaultValue: 0 },
    sesMessageId: DataTypes.STRING(100),
    error: DataTypes.STRING(500),
    createdAt: { type: DataTypes.DATE(3), allowNull: false, defaultValue: DataTypes.NOW },
    sentAt: DataTypes.DATE(3),
    unknownAtQuietMs: DataTypes.BIGINT.UNSIGNED,
    delivery: DataTypes.ENUM(...deliveries),
    deliveryAt: DataTypes.DATE(3),
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

/** One sending of a mail: what is noted about it must not be taken for a word on the next. */
export type Sending = Pick<EmailMessageRow, "id" | "generation">;

/**
 * Written before the call to SES: whoever finds it later knows that the outcome is not known.
 * False when it was not waiting any more: another attempt was faster.
 */
export async function markSending(db: Database, mail: Sending): Promise<boolean> {
  const sql = `UPDATE email_messages SET status = 'sending'
                WHERE id = :id AND generation = :generation AND status = 'waiting'`;
  return (await update(db, sql, mail)) === 1;
}

/**
 * It certainly did not reach SES: it may be tried again. False when another attempt has found it being sent
 * meanwhile and left it open: nobody's job waits for it any more.
 */
export async function markNotSent(db: Database, mail: Sending, error: string): Promise<boolean> {
  const sql = `UPDATE email_messages SET status = 'waiting', error = :error
                WHERE id = :id AND generation = :generation AND status = 'sending'`;
  return (await update(db, sql, { ...mail, error: error.slice(0, 500) })) === 1;
}

/** SES has it, whichever sending of it that was: our word, or that of an event. */
export async function markSent(
  db: Database,
  id: number,
  sesMessageId: string,
  at: Date,
): Promise<void> {
  const sql = `UPDATE email_messages SET status = 'sent', ses_message_id = :sesMessageId, error = NULL,
      sent_at = :at, unknown_at_quiet_ms = NULL
    WHERE id = :id AND status <> 'sent' AND (delivery IS NULL OR delivery <> 'rejected')`;
  await update(db, sql, { id, sesMessageId, at });
}

/** It will not be sent: SES said no, its address is not written to, or there is nothing to say. */
export async function closeEmailMessage(
  db: Database,
  mail: Sending,
  status: "refused" | "suppressed" | "skipped",
  error: string,
): Promise<void> {
  const sql = `UPDATE email_messages SET status = :status, error = :error, unknown_at_quiet_ms = NULL
                WHERE id = :id AND generation = :generation AND status <> 'sent'`;
  await update(db, sql, { ...mail, status, error: error.slice(0, 500) });
}
