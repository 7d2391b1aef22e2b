import type { Migration } from "../migrate.ts";

export const createJobs: Migration = {
  name: "20261121000003-create-jobs",
  up: (sql) =>
    sql(`CREATE TABLE jobs (
      id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      generation INT UNSIGNED NOT NULL DEFAULT 0,
      name VARCHAR(60) CHARACTER SET ascii NOT NULL,
      version INT UNSIGNED NOT NULL,
      queue VARCHAR(20) CHARACTER SET ascii NOT NULL,
      payload MEDIUMTEXT NOT NULL,
      dedupe_key VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NULL,
      fairness_group VARCHAR(64) CHARACTER SET ascii NOT NULL,
      run_at DATETIME(3) NOT NULL,
      dispatched_at DATETIME(3) NULL,
      state ENUM('queued', 'running', 'done', 'skipped', 'dead') NOT NULL DEFAULT 'queued',
      attempts INT UNSIGNED NOT NULL DEFAULT 0,
      claims INT UNSIGNED NOT NULL DEFAULT 0,
      crashed TINYINT(1) NOT NULL DEFAULT 0,
      worker VARCHAR(100) NULL,
      lease_until DATETIME(3) NULL,
      relay_after DATETIME(3) NULL,
      history MEDIUMTEXT NOT NULL,
      last_error TEXT NULL,
      requested_by BIGINT UNSIGNED NULL,
      trace VARCHAR(64) CHARACTER SET ascii NOT NULL,
      created_at DATETIME(3) NOT NULL,
      finished_at DATETIME(3) NULL,
      UNIQUE KEY jobs_dedupe (dedupe_key),
      KEY jobs_relay (state, dispatched_at, run_at),
      KEY jobs_reconcile (state, lease_until),
      KEY jobs_purge (finished_at),
      KEY jobs_trace (trace)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE jobs"),
};
