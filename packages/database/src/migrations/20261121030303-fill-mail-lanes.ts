import type { Migration } from "../migrate.ts";

/** 14 a second is what SES grants at first outside its sandbox; the first worker that starts asks. */
export const fillMailLanes: Migration = {
  name: "20261121030303-fill-mail-lanes",
  up: (sql) =>
    sql(`INSERT IGNORE INTO mail_lanes (name, per_second, next_at)
      VALUES ('sending', 14, UTC_TIMESTAMP(6)), ('ordinary', 11.2, UTC_TIMESTAMP(6))`),
  down: (sql) => sql("DELETE FROM mail_lanes"),
};
