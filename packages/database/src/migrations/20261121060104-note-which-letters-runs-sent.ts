import type { Migration } from "../migrate.ts";

export const noteWhichLettersRunsSent: Migration = {
  name: "20261121060104-note-which-letters-runs-sent",
  up: (sql) =>
    sql(`CREATE TABLE redrive_run_letters (
      run_id BIGINT UNSIGNED NOT NULL,
      letter_id BIGINT UNSIGNED NOT NULL,
      round INT UNSIGNED NOT NULL,
      PRIMARY KEY (run_id, round, letter_id),
      KEY redrive_run_letters_letter (letter_id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE redrive_run_letters"),
};
