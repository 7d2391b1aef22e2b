import type { Migration } from "../migrate.ts";

export const createFollows: Migration = {
  name: "20261121030000-create-follows",
  up: (sql) =>
    sql(`CREATE TABLE follows (
      follower_id BIGINT UNSIGNED NOT NULL,
      followee_id BIGINT UNSIGNED NOT NULL,
      created_at DATETIME(3) NOT NULL,
      ended_at DATETIME(3) NULL,
      PRIMARY KEY (follower_id, followee_id),
      KEY follows_followers (followee_id, follower_id),
      CONSTRAINT follows_follower FOREIGN KEY (follower_id) REFERENCES users (id),
      CONSTRAINT follows_followee FOREIGN KEY (followee_id) REFERENCES users (id)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`),
  down: (sql) => sql("DROP TABLE follows"),
};
