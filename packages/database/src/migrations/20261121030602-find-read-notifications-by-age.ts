import type { Migration } from "../migrate.ts";

/** For the purge, which would read the whole table every night. */
export const findReadNotificationsByAge: Migration = {
  name: "20261121030602-find-read-notifications-by-age",
  up: (sql) => sql("ALTER TABLE notifications ADD KEY notifications_purge (read_at)"),
  down: (sql) => sql("ALTER TABLE notifications DROP KEY notifications_purge"),
};
