import type { Migration } from "../migrate.ts";

export const createInstances: Migration = {
  name: "20261121060200-create-instances",
  up: (sql) =>
    sql(`CREATE TABLE instances (
      id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      instance_id VARCHAR(100) NOT NULL,
      tier ENUM('web', 'worker') NOT NULL,
      release_commit VARCHAR(100) NOT NULL,
      release_time DATETIME(3) NULL,
      simulated_latency_ms INT UNSIGNED NOT NULL DEFAULT 0,
      started_at DATETIME(3) NOT NULL,
      seen_at DATETIME(3) NOT NULL,
      stopped_at DATETIME(3) NULL,
      KEY instances_tier (tier, seen_at),
      KEY instances_purge (seen_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE instances"),
};
