import { select, type Database } from "../database.ts";
import type { EmailMessageRow, EmailStatus, EmailTemplate } from "./email-messages.ts";
import { firstIdOf } from "./job-search.ts";
import type { JobRow } from "./jobs.ts";

/** What a list says of a mail. */
export type MailSummary = Pick<
  EmailMessageRow,
  | "id"
  | "recipient"
  | "template"
  | "status"
  | "error"
  | "createdAt"
  | "sentAt"
  | "delivery"
  | "deliveryAt"
> & { username: string | null };

/** All of what is given holds for each mail that is found. */
export type MailSearch = {
  /** A whole address, or a part of one. */
  recipient?: string | undefined;
  status?: EmailStatus | undefined;
  template?: EmailTemplate | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
};

/** The newest, in which what no index leads to is looked for. */
const lookedThrough = 20_000;

/** Few of millions: the order of the primary key would lead through all of them. */
const rare: ReadonlySet<EmailStatus> = new Set(["waiting", "sending", "refused", "unknown"]);

export type MailPage = {
  mails: MailSummary[];
  /** False: only the newest mails were looked through, as no index serves this. */
  complete: boolean;
};

/** Newest first, those before the mail `before`. Reads no more rows than are looked through, however many there are. */
export async function searchMails(
  db: Database,
  { recipient, status, ...search }: MailSearch,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<MailPage> {
  const whole = recipient !== undefined && /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(recipient);
  const near = [
    status !== undefined && "status = :status",
    whole && "recipient = :recipient",
    before !== undefined && "id < :before",
  ].filter(Boolean);
  const far = [
    recipient !== undefined && !whole && "m.recipient LIKE :part",
    search.template !== undefined && "m.template = :template",
    search.since !== undefined && "m.created_at >= :since",
    search.until !== undefined && "m.created_at < :until",
  ].filter(Boolean);
  const index = whole
    ? "FORCE INDEX (email_messages_deliveries)"
    : status !== undefined && rare.has(status)
      ? "FORCE INDEX (email_messages_status)"
      : "";
  const newest = `SELECT id FROM email_messages ${index} WHERE ${near.join(" AND ") || "TRUE"}
    ORDER BY id DESC LIMIT ${lookedThrough}`;
  const values = {
    ...search,
    recipient,
    part: `%${(recipient ?? "").replace(/[\\%_]/g, "\\$&")}%`,
    status,
    before,
    limit,
  };
  const mails = await select<MailSummary>(
    db,
    `SELECT m.id, m.recipient, m.template, m.status, m.error, m.created_at AS createdAt,
        m.sent_at AS sentAt, m.delivery, m.delivery_at AS deliveryAt, u.username
      FROM (${newest}) newest
      JOIN email_messages m ON m.id = newest.id LEFT JOIN users u ON u.id = m.user_id
      WHERE ${far.join(" AND ") || "TRUE"} ORDER BY m.id DESC LIMIT :limit`,
    values,
  );
  if (mails.length === limit || far.length === 0) return { mails, complete: true };
  const [looked] = await select<{ count: number; oldest: Date | null }>(
    db,
    `SELECT COUNT(*) AS count, MIN(m.created_at) AS oldest
      FROM (${newest}) newest JOIN email_messages m ON m.id = newest.id`,
    values,
  );
  const wentFarEnough = search.since && looked?.oldest && looked.oldest < search.since;
  return { mails, complete: Boolean(wentFarEnough) || (looked?.count ?? 0) < lookedThrough };
}

export type JobOfMail = Pick<JobRow, "id" | "state" | "lastError"> & {
  emailId: number;
  /** Where it died and lies. */
  openLetter: number | null;
};

/** A mail and its job are made in one transaction, in either order. */
const madeWithinMs = 2_000;

/** The jobs that send these mails, by when they were made: no index leads from one to the other. */
export async function findJobsOfMails(
  db: Database,
  mails: readonly Pick<EmailMessageRow, "id" | "createdAt">[],
): Promise<JobOfMail[]> {
  if (mails.length === 0) return [];
  const each = mails.map(
    (_, nth) => `j.id >= :from${nth} AND j.id < :to${nth} AND j.payload = :payload${nth}`,
  );
  const values = mails.map(({ id, createdAt }, nth) => ({
    [`from${nth}`]: firstIdOf(new Date(createdAt.getTime() - madeWithinMs)),
    [`to${nth}`]: firstIdOf(new Date(createdAt.getTime() + madeWithinMs)),
    [`payload${nth}`]: JSON.stringify({ emailId: id }),
  }));
  return select<JobOfMail>(
    db,
    `SELECT j.id, j.state, j.last_error AS lastError, JSON_VALUE(j.payload, '$.emailId') + 0 AS emailId,
        (SELECT MAX(l.id) FROM dead_letters l WHERE l.job_id = j.id AND l.state = 'open') AS openLetter
      FROM jobs j FORCE INDEX (PRIMARY) WHERE j.name = 'send-email' AND (${each.join(" OR ")})`,
    Object.assign({}, ...values),
  );
}
