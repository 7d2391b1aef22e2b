import type { Migration } from "../migrate.ts";

export const createPhotos: Migration = {
  name: "20261121000002-create-photos",
  up: (sql) =>
    sql(`CREATE TABLE photos (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      slug VARCHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      user_id BIGINT UNSIGNED NOT NULL,
      status ENUM('uploading', 'processing', 'ready', 'failed') NOT NULL,
      failure VARCHAR(40) CHARACTER SET ascii NULL,
      visibility ENUM('public', 'link') NOT NULL,
      caption VARCHAR(1000) NOT NULL,
      alt VARCHAR(1000) NOT NULL,
      credit VARCHAR(200) NOT NULL,
      file_name VARCHAR(255) NOT NULL,
      width INT UNSIGNED NULL,
      height INT UNSIGNED NULL,
      placeholder VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
      file_key VARCHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      original_bytes INT UNSIGNED NULL,
      sha256 CHAR(64) CHARACTER SET ascii NULL,
      content_type VARCHAR(40) CHARACTER SET ascii NULL,
      taken_at DATETIME NULL,
      form_token VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      position INT UNSIGNED NOT NULL,
      created_at DATETIME(3) NOT NULL,
      published_at DATETIME(3) NULL,
      removed_at DATETIME(3) NULL,
      UNIQUE KEY photos_slug (slug),
      UNIQUE KEY photos_form (user_id, form_token, position),
      KEY photos_stream (visibility, status, published_at, id),
      KEY photos_person (user_id, published_at, id),
      KEY photos_unready (user_id, status),
      KEY photos_status (status, created_at),
      CONSTRAINT photos_user FOREIGN KEY (user_id) REFERENCES users (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE photos"),
};
