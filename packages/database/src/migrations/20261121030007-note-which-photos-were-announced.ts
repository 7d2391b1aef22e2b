import type { Migration } from "../migrate.ts";

export const noteWhichPhotosWereAnnounced: Migration = {
  name: "20261121030007-note-which-photos-were-announced",
  up: (sql) =>
    sql(`ALTER TABLE photos
      ADD COLUMN announced_at DATETIME(3) NULL,
      ADD KEY photos_announced (user_id, announced_at)`),
  down: (sql) => sql("ALTER TABLE photos DROP KEY photos_announced, DROP COLUMN announced_at"),
};
