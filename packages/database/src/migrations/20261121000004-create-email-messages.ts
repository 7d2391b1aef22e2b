import type { Migration } from "../migrate.ts";

export const createEmailMessages: Migration = {
  name: "20261121000004-create-email-messages",
  up: (sql) =>
    sql(`CREATE TABLE email_messages (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      event VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      recipient VARCHAR(254) NOT NULL,
      user_id BIGINT UNSIGNED NOT NULL,
      template VARCHAR(40) CHARACTER SET ascii NOT NULL,
      status ENUM('waiting', 'sending', 'sent', 'refused', 'unknown') NOT NULL DEFAULT 'waiting',
      ses_message_id VARCHAR(100) CHARACTER SET ascii NULL,
      error VARCHAR(500) NULL,
      created_at DATETIME(3) NOT NULL,
      sent_at DATETIME(3) NULL,
      UNIQUE KEY email_messages_once (event, recipient),
      KEY email_messages_status (status, created_at),
      CONSTRAINT email_messages_user FOREIGN KEY (user_id) REFERENCES users (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE email_messages"),
};
