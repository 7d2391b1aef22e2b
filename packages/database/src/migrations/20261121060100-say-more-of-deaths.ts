import type { Migration } from "../migrate.ts";

export const sayMoreOfDeaths: Migration = {
  name: "20261121060100-say-more-of-deaths",
  up: (sql) =>
    sql(`ALTER TABLE dead_letters
      ADD COLUMN worker VARCHAR(100) NULL AFTER requested_by,
      ADD COLUMN worker_release VARCHAR(64) CHARACTER SET ascii NULL AFTER worker,
      ADD COLUMN edited_payload MEDIUMTEXT NULL AFTER payload`),
  down: (sql) =>
    sql(`ALTER TABLE dead_letters
      DROP COLUMN worker, DROP COLUMN worker_release, DROP COLUMN edited_payload`),
};
