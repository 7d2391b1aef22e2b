import type { Migration } from "../migrate.ts";

export const createUsers: Migration = {
  name: "20261121000000-create-users",
  up: (sql) =>
    sql(`CREATE TABLE users (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      username VARCHAR(30) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
      email VARCHAR(254) NOT NULL,
      password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      display_name VARCHAR(60) NOT NULL,
      bio VARCHAR(500) NULL,
      role ENUM('member', 'operator') NOT NULL DEFAULT 'member',
      email_verified_at DATETIME(3) NULL,
      suspended_at DATETIME(3) NULL,
      deleted_at DATETIME(3) NULL,
      created_at DATETIME(3) NOT NULL,
      UNIQUE KEY users_username (username),
      UNIQUE KEY users_email (email)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE users"),
};
