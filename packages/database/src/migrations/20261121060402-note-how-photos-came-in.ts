import type { Migration } from "../migrate.ts";

export const noteHowPhotosCameIn: Migration = {
  name: "20261121060402-note-how-photos-came-in",
  up: (sql) =>
    sql(`ALTER TABLE photos
      ADD COLUMN trace VARCHAR(64) CHARACTER SET ascii NULL, ALGORITHM=INSTANT`),
  down: (sql) => sql("ALTER TABLE photos DROP COLUMN trace, FORCE, ALGORITHM=INPLACE"),
};
