import type { Migration } from "../migrate.ts";

export const createComments: Migration = {
  name: "20261121030002-create-comments",
  up: (sql) =>
    sql(`CREATE TABLE comments (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      photo_id BIGINT UNSIGNED NOT NULL,
      user_id BIGINT UNSIGNED NOT NULL,
      body VARCHAR(2000) NOT NULL,
      form_token VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      created_at DATETIME(3) NOT NULL,
      removed_at DATETIME(3) NULL,
      UNIQUE KEY comments_form (user_id, form_token),
      KEY comments_of_photo (photo_id, id),
      CONSTRAINT comments_photo FOREIGN KEY (photo_id) REFERENCES photos (id),
      CONSTRAINT comments_user FOREIGN KEY (user_id) REFERENCES users (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE comments"),
};
