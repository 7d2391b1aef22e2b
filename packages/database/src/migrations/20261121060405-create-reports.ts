import type { Migration } from "../migrate.ts";

export const createReports: Migration = {
  name: "20261121060405-create-reports",
  up: (sql) =>
    sql(`CREATE TABLE reports (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      photo_id BIGINT UNSIGNED NOT NULL,
      reporter_id BIGINT UNSIGNED NOT NULL,
      reason ENUM('offensive', 'person', 'rights', 'spam', 'other') NOT NULL,
      text VARCHAR(1000) NOT NULL,
      state ENUM('open', 'hidden', 'dismissed') NOT NULL DEFAULT 'open',
      created_at DATETIME(3) NOT NULL,
      closed_at DATETIME(3) NULL,
      UNIQUE KEY reports_once (photo_id, reporter_id),
      KEY reports_state (state, id),
      KEY reports_reporter (reporter_id),
      CONSTRAINT reports_photo FOREIGN KEY (photo_id) REFERENCES photos (id),
      CONSTRAINT reports_person FOREIGN KEY (reporter_id) REFERENCES users (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE reports"),
};
