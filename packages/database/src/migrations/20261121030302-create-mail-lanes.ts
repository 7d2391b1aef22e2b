import type { Migration } from "../migrate.ts";

export const createMailLanes: Migration = {
  name: "20261121030302-create-mail-lanes",
  up: (sql) =>
    sql(`CREATE TABLE mail_lanes (
      name VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      per_second DOUBLE NOT NULL,
      next_at DATETIME(6) NOT NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE mail_lanes"),
};
