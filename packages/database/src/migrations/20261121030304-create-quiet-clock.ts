import type { Migration } from "../migrate.ts";

export const createQuietClock: Migration = {
  name: "20261121030304-create-quiet-clock",
  up: (sql) =>
    sql(`CREATE TABLE quiet_clock (
      id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
      quiet_ms BIGINT UNSIGNED NOT NULL,
      looked_at DATETIME(3) NOT NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE quiet_clock"),
};
