import { select, type Database } from "../database.ts";

/** Followers behind `afterId`, by id: the pages of a fan-out. */
export async function findFollowerIds(
  db: Database,
  followeeId: number,
  { afterId, limit }: { afterId: number; limit: number },
): Promise<number[]> {
  const rows = await select<{ id: number }>(
    db,
    `SELECT follower_id AS id FROM follows
      WHERE followee_id = :followeeId AND follower_id > :afterId AND ended_at IS NULL
      ORDER BY follower_id LIMIT :limit`,
    { followeeId, afterId, limit },
  );
  return rows.map(({ id }) => id);
}
