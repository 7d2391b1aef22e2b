import type { Migration } from "../migrate.ts";

export const bindTokensToAddresses: Migration = {
  name: "20261121030800-bind-tokens-to-addresses",
  up: (sql) =>
    sql(`ALTER TABLE tokens
      MODIFY COLUMN purpose ENUM('verify-email', 'reset-password', 'change-email', 'take-back') NOT NULL,
      ADD COLUMN email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL AFTER user_id`),
  down: async (sql) => {
    await sql("DELETE FROM tokens WHERE purpose IN ('change-email', 'take-back')");
    await sql(`ALTER TABLE tokens
      DROP COLUMN email,
      MODIFY COLUMN purpose ENUM('verify-email', 'reset-password') NOT NULL`);
  },
};
