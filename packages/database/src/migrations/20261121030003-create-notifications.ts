import type { Migration } from "../migrate.ts";

export const createNotifications: Migration = {
  name: "20261121030003-create-notifications",
  up: (sql) =>
    sql(`CREATE TABLE notifications (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      user_id BIGINT UNSIGNED NOT NULL,
      kind VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      group_key VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      actor_id BIGINT UNSIGNED NULL,
      photo_id BIGINT UNSIGNED NULL,
      comment_id BIGINT UNSIGNED NULL,
      count INT UNSIGNED NOT NULL DEFAULT 1,
      first_at DATETIME(3) NOT NULL,
      last_at DATETIME(3) NOT NULL,
      window_from DATETIME(3) NULL,
      telling INT UNSIGNED NOT NULL DEFAULT 0,
      told_at DATETIME(3) NULL,
      read_at DATETIME(3) NULL,
      unread TINYINT(1) NULL DEFAULT 1,
      UNIQUE KEY notifications_group (user_id, group_key, unread),
      KEY notifications_unread (user_id, unread),
      KEY notifications_newest (user_id, last_at, id),
      CONSTRAINT notifications_user FOREIGN KEY (user_id) REFERENCES users (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE notifications"),
};
