import type { Migration } from "../migrate.ts";

export const findPeopleWithoutADigestDate: Migration = {
  name: "20261121030400-find-people-without-a-digest-date",
  up: (sql) => sql("ALTER TABLE users ADD KEY users_digest_wanted (digest, digest_due_at)"),
  down: (sql) => sql("ALTER TABLE users DROP KEY users_digest_wanted"),
};
