import type { Migration } from "../migrate.ts";

export const createGalleryVersion: Migration = {
  name: "20261121000005-create-gallery-version",
  up: (sql) =>
    sql(`CREATE TABLE gallery_version (
      id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
      version BIGINT UNSIGNED NOT NULL
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE gallery_version"),
};
