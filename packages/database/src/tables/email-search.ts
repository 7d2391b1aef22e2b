import { select, type Database } from "../database.ts";
import type { EmailMessageRow, EmailStatus, EmailTemplate } from "./email-messages.ts";

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

/** Newest first, those before the mail `before`. Reads no more rows than are looked through, however many there are. */
export function searchMails(
  db: Database,
  { recipient, status, ...search }: MailSearch,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<MailSummary[]> {
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
  return select<MailSummary>(
    db,
    `SELECT m.id, m.recipient, m.template, m.status, m.error, m.created_at AS createdAt,
        m.sent_at AS sentAt, m.delivery, m.delivery_at AS deliveryAt, u.username
      FROM (SELECT id FROM email_messages ${index} WHERE ${near.join(" AND ") || "TRUE"}
        ORDER BY id DESC LIMIT ${lookedThrough}) newest
      JOIN email_messages m ON m.id = newest.id LEFT JOIN users u ON u.id = m.user_id
      WHERE ${far.join(" AND ") || "TRUE"} ORDER BY m.id DESC LIMIT :limit`,
    {
      ...search,
      recipient,
      part: `%${(recipient ?? "").replace(/[\\%_]/g, "\\$&")}%`,
      status,
      before,
      limit,
    },
  );
}
