import type { Migration } from "../migrate.ts";

export const createNotificationPreferences: Migration = {
  name: "20261121030004-create-notification-preferences",
  up: (sql) =>
    sql(`CREATE TABLE notification_preferences (
      user_id BIGINT UNSIGNED NOT NULL,
      kind VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      channel VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      wanted TINYINT(1) NOT NULL,
      PRIMARY KEY (user_id, kind, channel),
      CONSTRAINT notification_preferences_user FOREIGN KEY (user_id) REFERENCES users (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE notification_preferences"),
};
