import type { Migration } from "../migrate.ts";

export const createDeadLetters: Migration = {
  name: "20261121000007-create-dead-letters",
  up: (sql) =>
    sql(`CREATE TABLE dead_letters (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      job_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL,
      generation INT UNSIGNED NULL,
      sqs_message_id VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NULL,
      queue VARCHAR(20) CHARACTER SET ascii NOT NULL,
      name VARCHAR(60) CHARACTER SET ascii NULL,
      payload MEDIUMTEXT NULL,
      raw_message MEDIUMBLOB NULL,
      error_name VARCHAR(100) NOT NULL,
      error_message TEXT NOT NULL,
      stack TEXT NULL,
      cause CHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      attempts MEDIUMTEXT NOT NULL,
      trace VARCHAR(64) CHARACTER SET ascii NULL,
      requested_by BIGINT UNSIGNED NULL,
      state ENUM('open', 'redriven', 'dropped') NOT NULL DEFAULT 'open',
      closed_reason VARCHAR(200) NULL,
      created_at DATETIME(3) NOT NULL,
      closed_at DATETIME(3) NULL,
      UNIQUE KEY dead_letters_job (job_id, generation),
      UNIQUE KEY dead_letters_message (sqs_message_id),
      KEY dead_letters_open (state, created_at),
      KEY dead_letters_cause (state, cause, created_at)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE dead_letters"),
};
