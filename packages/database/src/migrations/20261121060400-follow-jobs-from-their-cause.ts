import type { Migration } from "../migrate.ts";

export const followJobsFromTheirCause: Migration = {
  name: "20261121060400-follow-jobs-from-their-cause",
  // At the end of the table and without a default that is not null: MariaDB does it at once, however long the table.
  up: (sql) =>
    sql(`ALTER TABLE jobs
      ADD COLUMN parent_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
      ADD COLUMN started_at DATETIME(3) NULL,
      ADD COLUMN worker_release VARCHAR(64) CHARACTER SET ascii NULL,
      ALGORITHM=INSTANT`),
  // Made anew: columns that are dropped at once stay in the rows unseen, and count for their size.
  down: (sql) =>
    sql(`ALTER TABLE jobs
      DROP COLUMN parent_id, DROP COLUMN started_at, DROP COLUMN worker_release, FORCE, ALGORITHM=INPLACE`),
};
