import type { Migration } from "../migrate.ts";

export const createTokens: Migration = {
  name: "20261121000001-create-tokens",
  up: (sql) =>
    sql(`CREATE TABLE tokens (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      purpose ENUM('verify-email', 'reset-password') NOT NULL,
      hash BINARY(32) NOT NULL,
      user_id BIGINT UNSIGNED NOT NULL,
      expires_at DATETIME(3) NOT NULL,
      used_at DATETIME(3) NULL,
      UNIQUE KEY tokens_hash (hash),
      KEY tokens_user (user_id, purpose),
      KEY tokens_expiry (expires_at),
      CONSTRAINT tokens_user FOREIGN KEY (user_id) REFERENCES users (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE tokens"),
};
