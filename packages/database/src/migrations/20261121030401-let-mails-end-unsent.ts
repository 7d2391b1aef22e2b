import type { Migration } from "../migrate.ts";

export const letMailsEndUnsent: Migration = {
  name: "20261121030401-let-mails-end-unsent",
  up: (sql) =>
    sql(`ALTER TABLE email_messages
      MODIFY COLUMN status ENUM('waiting', 'sending', 'sent', 'refused', 'unknown', 'suppressed', 'skipped') NOT NULL DEFAULT 'waiting'`),
  down: (sql) =>
    sql(`ALTER TABLE email_messages
      MODIFY COLUMN status ENUM('waiting', 'sending', 'sent', 'refused', 'unknown', 'suppressed') NOT NULL DEFAULT 'waiting'`),
};
