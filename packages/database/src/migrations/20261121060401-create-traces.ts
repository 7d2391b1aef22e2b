import type { Migration } from "../migrate.ts";

export const createTraces: Migration = {
  name: "20261121060401-create-traces",
  up: (sql) =>
    sql(`CREATE TABLE traces (
      id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      kind ENUM('request', 'command') NOT NULL,
      what VARCHAR(200) NOT NULL,
      instance VARCHAR(100) NOT NULL,
      release_name VARCHAR(64) NOT NULL,
      started_at DATETIME(3) NOT NULL,
      wrote_at DATETIME(3) NOT NULL,
      committed_at DATETIME(3) NOT NULL,
      ended_at DATETIME(3) NOT NULL,
      status SMALLINT UNSIGNED NULL,
      KEY traces_purge (ended_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE traces"),
};
