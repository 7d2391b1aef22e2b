import type { Migration } from "../migrate.ts";

export const createWatchTurn: Migration = {
  name: "20261121060203-create-watch-turn",
  up: (sql) =>
    sql(`CREATE TABLE watch_turn (
      id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
      minute DATETIME NOT NULL,
      taken_by VARCHAR(100) NOT NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE watch_turn"),
};
