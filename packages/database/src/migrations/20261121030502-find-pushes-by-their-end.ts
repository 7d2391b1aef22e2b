import type { Migration } from "../migrate.ts";

export const findPushesByTheirEnd: Migration = {
  name: "20261121030502-find-pushes-by-their-end",
  up: (sql) => sql("ALTER TABLE push_messages ADD KEY push_messages_ended (ended_at)"),
  down: (sql) => sql("ALTER TABLE push_messages DROP KEY push_messages_ended"),
};
