import type { Migration } from "../migrate.ts";

export const fillQuietClock: Migration = {
  name: "20261121030305-fill-quiet-clock",
  up: (sql) =>
    sql(`INSERT IGNORE INTO quiet_clock (id, quiet_ms, looked_at) VALUES (1, 0, UTC_TIMESTAMP(3))`),
  down: (sql) => sql("DELETE FROM quiet_clock"),
};
