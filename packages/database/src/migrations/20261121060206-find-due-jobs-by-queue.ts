import type { Migration } from "../migrate.ts";

/** Since when the oldest job of a queue waits, however many wait with it. */
export const findDueJobsByQueue: Migration = {
  name: "20261121060206-find-due-jobs-by-queue",
  up: (sql) => sql("ALTER TABLE jobs ADD KEY jobs_due (state, queue, run_at)"),
  down: (sql) => sql("ALTER TABLE jobs DROP KEY jobs_due"),
};
