import type { Migration } from "../migrate.ts";

export const createPushSubscriptions: Migration = {
  name: "20261121030500-create-push-subscriptions",
  up: (sql) =>
    sql(`CREATE TABLE push_subscriptions (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      user_id BIGINT UNSIGNED NOT NULL,
      endpoint VARCHAR(2000) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      endpoint_hash BINARY(32) NOT NULL,
      p256dh VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      auth VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      browser VARCHAR(100) NOT NULL,
      created_at DATETIME(3) NOT NULL,
      last_success_at DATETIME(3) NULL,
      UNIQUE KEY push_subscriptions_endpoint (endpoint_hash),
      KEY push_subscriptions_user (user_id, id),
      CONSTRAINT push_subscriptions_user FOREIGN KEY (user_id) REFERENCES users (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE push_subscriptions"),
};
