import type { Migration } from "../migrate.ts";

export const createOperatorActions: Migration = {
  name: "20261121060000-create-operator-actions",
  up: (sql) =>
    sql(`CREATE TABLE operator_actions (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      at DATETIME(3) NOT NULL,
      operator_id BIGINT UNSIGNED NULL,
      operator VARCHAR(100) NOT NULL,
      action VARCHAR(40) NOT NULL,
      subject_kind ENUM('letter', 'job', 'queue', 'task', 'user', 'photo', 'report') NOT NULL,
      subject_id VARCHAR(100) NOT NULL,
      reason VARCHAR(500) NOT NULL,
      before_value MEDIUMTEXT NULL,
      after_value MEDIUMTEXT NULL,
      KEY operator_actions_subject (subject_kind, subject_id, id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE operator_actions"),
};
