import type { Migration } from "../migrate.ts";

export const createRedriveRuns: Migration = {
  name: "20261121060103-create-redrive-runs",
  up: (sql) =>
    sql(`CREATE TABLE redrive_runs (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      filter MEDIUMTEXT NOT NULL,
      up_to_id BIGINT UNSIGNED NOT NULL,
      after_id BIGINT UNSIGNED NOT NULL DEFAULT 0,
      planned INT UNSIGNED NOT NULL,
      canary INT UNSIGNED NOT NULL,
      rate INT UNSIGNED NULL,
      phase ENUM('canary', 'sending') NOT NULL,
      state ENUM('running', 'stopped', 'done') NOT NULL DEFAULT 'running',
      round INT UNSIGNED NOT NULL DEFAULT 1,
      step INT UNSIGNED NOT NULL DEFAULT 0,
      stepped_at DATETIME(3) NOT NULL,
      sent INT UNSIGNED NOT NULL DEFAULT 0,
      left_open INT UNSIGNED NOT NULL DEFAULT 0,
      outcome VARCHAR(500) NULL,
      operator_id BIGINT UNSIGNED NULL,
      operator VARCHAR(100) NOT NULL,
      reason VARCHAR(500) NOT NULL,
      created_at DATETIME(3) NOT NULL,
      ended_at DATETIME(3) NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE redrive_runs"),
};
