import type { Migration } from "../migrate.ts";

export const letPeopleBeSuspended: Migration = {
  name: "20261121060403-let-people-be-suspended",
  up: (sql) =>
    sql(`ALTER TABLE users
      ADD COLUMN suspended_reason VARCHAR(500) NULL, ADD KEY users_suspended (suspended_at)`),
  down: (sql) => sql("ALTER TABLE users DROP KEY users_suspended, DROP COLUMN suspended_reason"),
};
