import type { Migration } from "../migrate.ts";

export const findLettersByTheirError: Migration = {
  name: "20261121060102-find-letters-by-their-error",
  up: (sql) =>
    sql("ALTER TABLE dead_letters ADD FULLTEXT KEY dead_letters_error (error_name, error_message)"),
  down: (sql) => sql("ALTER TABLE dead_letters DROP KEY dead_letters_error"),
};
