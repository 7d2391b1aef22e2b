import type { Migration } from "../migrate.ts";

/** Who was suspended is not to be looked for behind ten thousand letters that were sent back. */
export const findActionsByKind: Migration = {
  name: "20261121070301-find-actions-by-kind",
  up: (sql) => sql("ALTER TABLE operator_actions ADD KEY operator_actions_kind (subject_kind, id)"),
  down: (sql) => sql("ALTER TABLE operator_actions DROP KEY operator_actions_kind"),
};
