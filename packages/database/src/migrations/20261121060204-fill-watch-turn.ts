import type { Migration } from "../migrate.ts";

export const fillWatchTurn: Migration = {
  name: "20261121060204-fill-watch-turn",
  up: (sql) =>
    sql("INSERT IGNORE INTO watch_turn (id, minute, taken_by) VALUES (1, '2000-01-01', '')"),
  down: (sql) => sql("DELETE FROM watch_turn"),
};
