import type { Migration } from "../migrate.ts";

/** What was dealt with long ago goes, oldest first. */
export const findClosedLettersByAge: Migration = {
  name: "20261121070300-find-closed-letters-by-age",
  up: (sql) => sql("ALTER TABLE dead_letters ADD KEY dead_letters_closed (closed_at)"),
  down: (sql) => sql("ALTER TABLE dead_letters DROP KEY dead_letters_closed"),
};
