import type { Migration } from "../migrate.ts";

export const followMailsToTheirEnd: Migration = {
  name: "20261121030300-follow-mails-to-their-end",
  up: (sql) =>
    sql(`ALTER TABLE email_messages
      MODIFY COLUMN status ENUM('waiting', 'sending', 'sent', 'refused', 'unknown', 'suppressed') NOT NULL DEFAULT 'waiting',
      ADD COLUMN generation INT UNSIGNED NOT NULL DEFAULT 0 AFTER status,
      ADD COLUMN unknown_at_quiet_ms BIGINT UNSIGNED NULL,
      ADD COLUMN delivery ENUM('delayed', 'soft-bounced', 'delivered', 'bounced', 'complained', 'rejected') NULL,
      ADD COLUMN delivery_at DATETIME(3) NULL,
      ADD KEY email_messages_deliveries (recipient, delivery, delivery_at)`),
  down: (sql) =>
    sql(`ALTER TABLE email_messages
      DROP KEY email_messages_deliveries,
      DROP COLUMN delivery_at,
      DROP COLUMN delivery,
      DROP COLUMN unknown_at_quiet_ms,
      DROP COLUMN generation,
      MODIFY COLUMN status ENUM('waiting', 'sending', 'sent', 'refused', 'unknown') NOT NULL DEFAULT 'waiting'`),
};
