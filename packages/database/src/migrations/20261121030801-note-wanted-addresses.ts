import type { Migration } from "../migrate.ts";

export const noteWantedAddresses: Migration = {
  name: "20261121030801-note-wanted-addresses",
  up: (sql) =>
    sql(
      "ALTER TABLE users ADD COLUMN wanted_email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL AFTER email_verified_at",
    ),
  down: (sql) => sql("ALTER TABLE users DROP COLUMN wanted_email"),
};
