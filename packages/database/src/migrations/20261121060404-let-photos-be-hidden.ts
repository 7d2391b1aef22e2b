import type { Migration } from "../migrate.ts";

export const letPhotosBeHidden: Migration = {
  name: "20261121060404-let-photos-be-hidden",
  up: (sql) =>
    sql(`ALTER TABLE photos
      ADD COLUMN failure_told_at DATETIME(3) NULL,
      ADD COLUMN hidden_at DATETIME(3) NULL,
      ADD COLUMN hidden_reason VARCHAR(500) NULL,
      ADD KEY photos_hidden (user_id, hidden_at)`),
  down: (sql) =>
    sql(`ALTER TABLE photos DROP KEY photos_hidden,
      DROP COLUMN failure_told_at, DROP COLUMN hidden_at, DROP COLUMN hidden_reason`),
};
