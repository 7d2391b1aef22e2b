import type { Migration } from "../migrate.ts";

export const takeOlderPhotosAsAnnounced: Migration = {
  name: "20261121030008-take-older-photos-as-announced",
  up: (sql) =>
    sql(
      `UPDATE photos SET announced_at = published_at WHERE announced_at IS NULL AND published_at IS NOT NULL`,
    ),
  down: (sql) => sql("DO 0"),
};
