import type { Migration } from "../migrate.ts";

/** Holds all that `findFollowedPhotos` looks at: rows read backwards one by one cost fifty times as much. */
export const findNewestPhotosOfEachPerson: Migration = {
  name: "20261121030100-find-newest-photos-of-each-person",
  up: (sql) =>
    sql(
      "ALTER TABLE photos ADD KEY photos_shown (user_id, visibility, status, removed_at, published_at, id)",
    ),
  down: (sql) => sql("ALTER TABLE photos DROP KEY photos_shown"),
};
