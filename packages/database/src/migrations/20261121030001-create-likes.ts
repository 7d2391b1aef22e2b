import type { Migration } from "../migrate.ts";

export const createLikes: Migration = {
  name: "20261121030001-create-likes",
  up: (sql) =>
    sql(`CREATE TABLE likes (
      photo_id BIGINT UNSIGNED NOT NULL,
      user_id BIGINT UNSIGNED NOT NULL,
      created_at DATETIME(3) NOT NULL,
      ended_at DATETIME(3) NULL,
      PRIMARY KEY (photo_id, user_id),
      KEY likes_of_person (user_id),
      CONSTRAINT likes_photo FOREIGN KEY (photo_id) REFERENCES photos (id),
      CONSTRAINT likes_user FOREIGN KEY (user_id) REFERENCES users (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE likes"),
};
