import type { Migration } from "../migrate.ts";

export const createPushMessages: Migration = {
  name: "20261121030501-create-push-messages",
  // No foreign key to the subscription: what was sent stays on record when the browser is forgotten.
  up: (sql) =>
    sql(`CREATE TABLE push_messages (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      event VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      subscription_id BIGINT UNSIGNED NOT NULL,
      user_id BIGINT UNSIGNED NOT NULL,
      notification_id BIGINT UNSIGNED NULL,
      status ENUM('waiting', 'sending', 'sent', 'skipped', 'gone', 'refused', 'unknown') NOT NULL DEFAULT 'waiting',
      error VARCHAR(500) NULL,
      created_at DATETIME(3) NOT NULL,
      sending_at DATETIME(3) NULL,
      ended_at DATETIME(3) NULL,
      UNIQUE KEY push_messages_once (event, subscription_id),
      KEY push_messages_status (status, created_at),
      CONSTRAINT push_messages_user FOREIGN KEY (user_id) REFERENCES users (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE push_messages"),
};
