import type { Migration } from "../migrate.ts";

/** For the purge, which would read the whole table every night. */
export const findRemovedCommentsByAge: Migration = {
  name: "20261121030603-find-removed-comments-by-age",
  up: (sql) => sql("ALTER TABLE comments ADD KEY comments_purge (removed_at)"),
  down: (sql) => sql("ALTER TABLE comments DROP KEY comments_purge"),
};
