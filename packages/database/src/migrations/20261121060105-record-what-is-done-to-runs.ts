import type { Migration } from "../migrate.ts";

export const recordWhatIsDoneToRuns: Migration = {
  name: "20261121060105-record-what-is-done-to-runs",
  up: (sql) =>
    sql(`ALTER TABLE operator_actions MODIFY subject_kind
      ENUM('letter', 'job', 'queue', 'task', 'user', 'photo', 'report', 'redrive') NOT NULL`),
  down: async (sql) => {
    await sql("DELETE FROM operator_actions WHERE subject_kind = 'redrive'");
    await sql(`ALTER TABLE operator_actions MODIFY subject_kind
      ENUM('letter', 'job', 'queue', 'task', 'user', 'photo', 'report') NOT NULL`);
  },
};
