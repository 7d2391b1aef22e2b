import type { Migration } from "../migrate.ts";

export const noteWhatIsAskedOfTheArchive: Migration = {
  name: "20261121030700-note-what-is-asked-of-the-archive",
  up: (sql) =>
    sql(`ALTER TABLE photos
      ADD COLUMN restore_state ENUM('requested', 'available') NULL,
      ADD COLUMN restore_for ENUM('download', 'processing') NULL,
      ADD COLUMN restore_asked_at DATETIME(3) NULL,
      ADD COLUMN restore_until DATETIME(3) NULL,
      ADD KEY photos_restores (restore_state, id)`),
  down: (sql) =>
    sql(
      "ALTER TABLE photos DROP KEY photos_restores, DROP COLUMN restore_until, DROP COLUMN restore_asked_at, DROP COLUMN restore_for, DROP COLUMN restore_state",
    ),
};
