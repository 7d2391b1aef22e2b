import type { Migration } from "../migrate.ts";

export const createIncidents: Migration = {
  name: "20261121060202-create-incidents",
  up: (sql) =>
    sql(`CREATE TABLE incidents (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      alarm VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      subject VARCHAR(60) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      active_key VARCHAR(110) CHARACTER SET ascii COLLATE ascii_bin NULL,
      value DOUBLE NOT NULL,
      worst DOUBLE NOT NULL,
      begun_at DATETIME(3) NOT NULL,
      raised_at DATETIME(3) NOT NULL,
      opened_at DATETIME(3) NULL,
      closed_at DATETIME(3) NULL,
      UNIQUE KEY incidents_active (active_key),
      KEY incidents_opened (opened_at),
      KEY incidents_purge (closed_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE incidents"),
};
