import type { Migration } from "../migrate.ts";

export const sayWhatMailsAreAbout: Migration = {
  name: "20261121030005-say-what-mails-are-about",
  up: (sql) => sql(`ALTER TABLE email_messages ADD COLUMN about TEXT NULL AFTER template`),
  down: (sql) => sql("ALTER TABLE email_messages DROP COLUMN about"),
};
