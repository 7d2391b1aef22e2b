import type { Migration } from "../migrate.ts";

export const createQueueSamples: Migration = {
  name: "20261121060201-create-queue-samples",
  up: (sql) =>
    sql(`CREATE TABLE queue_samples (
      queue VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      minute DATETIME NOT NULL,
      visible INT UNSIGNED NULL,
      in_flight INT UNSIGNED NULL,
      in_delay INT UNSIGNED NULL,
      dead INT UNSIGNED NULL,
      due INT UNSIGNED NOT NULL,
      oldest_ms BIGINT UNSIGNED NOT NULL,
      finished INT UNSIGNED NOT NULL,
      open_letters INT UNSIGNED NOT NULL,
      PRIMARY KEY (queue, minute),
      KEY queue_samples_purge (minute)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE queue_samples"),
};
