import type { Migration } from "../migrate.ts";

/** For lists, newest first, and for causes with their first and last death. */
export const findLettersByJobAndQueue: Migration = {
  name: "20261121060101-find-letters-by-job-and-queue",
  up: (sql) =>
    sql(`ALTER TABLE dead_letters
      ADD KEY dead_letters_name (state, name, created_at),
      ADD KEY dead_letters_name_cause (state, name, cause, created_at),
      ADD KEY dead_letters_queue (state, queue, created_at),
      ADD KEY dead_letters_queue_cause (state, queue, cause, created_at)`),
  down: (sql) =>
    sql(`ALTER TABLE dead_letters
      DROP KEY dead_letters_name, DROP KEY dead_letters_name_cause,
      DROP KEY dead_letters_queue, DROP KEY dead_letters_queue_cause`),
};
