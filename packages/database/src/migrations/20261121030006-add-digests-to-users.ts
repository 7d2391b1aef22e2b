import type { Migration } from "../migrate.ts";

export const addDigestsToUsers: Migration = {
  name: "20261121030006-add-digests-to-users",
  up: (sql) =>
    sql(`ALTER TABLE users
      ADD COLUMN time_zone VARCHAR(64) CHARACTER SET ascii NULL,
      ADD COLUMN digest ENUM('off', 'daily', 'weekly') NOT NULL DEFAULT 'weekly',
      ADD COLUMN digest_due_at DATETIME(3) NULL,
      ADD COLUMN digest_until DATETIME(3) NULL,
      ADD KEY users_digest (digest_due_at)`),
  down: (sql) =>
    sql(
      "ALTER TABLE users DROP KEY users_digest, DROP COLUMN digest_until, DROP COLUMN digest_due_at, DROP COLUMN digest, DROP COLUMN time_zone",
    ),
};
