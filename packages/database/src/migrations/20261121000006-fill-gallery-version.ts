import type { Migration } from "../migrate.ts";

export const fillGalleryVersion: Migration = {
  name: "20261121000006-fill-gallery-version",
  up: (sql) => sql(`INSERT IGNORE INTO gallery_version (id, version) VALUES (1, 1)`),
  down: (sql) => sql("DELETE FROM gallery_version"),
};
