import type { Migration } from "../migrate.ts";

/** Their address is nobody's account. */
export const letMailsGoToOperators: Migration = {
  name: "20261121060205-let-mails-go-to-operators",
  up: (sql) => sql("ALTER TABLE email_messages MODIFY COLUMN user_id BIGINT UNSIGNED NULL"),
  down: (sql) => sql("ALTER TABLE email_messages MODIFY COLUMN user_id BIGINT UNSIGNED NOT NULL"),
};
