import type { Migration } from "../migrate.ts";

export const createScheduleTicks: Migration = {
  name: "20261121030601-create-schedule-ticks",
  up: (sql) =>
    sql(`CREATE TABLE schedule_ticks (
      task VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      scheduled_at DATETIME(3) NOT NULL,
      state ENUM('received', 'missed', 'made-up') NOT NULL,
      first_received_at DATETIME(3) NULL,
      tries INT UNSIGNED NOT NULL DEFAULT 0,
      instance VARCHAR(100) NULL,
      job_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
      missed_since DATETIME(3) NULL,
      noted_at DATETIME(3) NOT NULL,
      PRIMARY KEY (task, scheduled_at),
      KEY schedule_ticks_missed (task, state, scheduled_at),
      KEY schedule_ticks_purge (scheduled_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE schedule_ticks"),
};
