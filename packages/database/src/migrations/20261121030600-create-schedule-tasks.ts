import type { Migration } from "../migrate.ts";

export const createScheduleTasks: Migration = {
  name: "20261121030600-create-schedule-tasks",
  up: (sql) =>
    sql(`CREATE TABLE schedule_tasks (
      task VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      schedule VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      since DATETIME(3) NOT NULL,
      checked_until DATETIME(3) NOT NULL,
      checked_at DATETIME(3) NOT NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE schedule_tasks"),
};
