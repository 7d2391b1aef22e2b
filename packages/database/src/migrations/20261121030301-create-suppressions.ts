import type { Migration } from "../migrate.ts";

export const createSuppressions: Migration = {
  name: "20261121030301-create-suppressions",
  up: (sql) =>
    sql(`CREATE TABLE suppressions (
      address VARCHAR(254) NOT NULL,
      reason ENUM('bounce', 'complaint') NOT NULL,
      permanent TINYINT UNSIGNED NOT NULL,
      active TINYINT UNSIGNED NOT NULL DEFAULT 1,
      since DATETIME(3) NOT NULL,
      lifted_at DATETIME(3) NULL,
      detail VARCHAR(500) NOT NULL,
      PRIMARY KEY (address, reason)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE suppressions"),
};
