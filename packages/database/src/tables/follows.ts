import { insert, select, update, type Database } from "../database.ts";
import { countedUpTo, isThere } from "./people.ts";
import type { Viewer } from "./visible-photos.ts";

type Follow = { followerId: number; followeeId: number };

/**
 * True the very first time; false when it was so before, even if that was ended since. Whoever ends it keeps
 * the row, so that what was told once is not told again.
 */
export async function startFollow(db: Database, follow: Follow, at: Date): Promise<boolean> {
  const sql = `INSERT INTO follows (follower_id, followee_id, created_at) VALUES (:followerId, :followeeId, :at)
                ON DUPLICATE KEY UPDATE ended_at = NULL`;
  // MariaDB counts a row that was there and is changed as two, and one that stays as none.
  return (await insert(db, sql, { ...follow, at })) === 1;
}

export async function endFollow(db: Database, follow: Follow, at: Date): Promise<void> {
  const sql = `UPDATE follows SET ended_at = :at
    WHERE follower_id = :followerId AND followee_id = :followeeId AND ended_at IS NULL`;
  await update(db, sql, { ...follow, at });
}

/** However they stand by now: for the bound on how many one may follow. */
export async function countFollowed(db: Database, followerId: number): Promise<number> {
  const rows = await select<{ count: number }>(
    db,
    "SELECT COUNT(*) AS count FROM follows WHERE follower_id = :followerId AND ended_at IS NULL",
    { followerId },
  );
  return rows[0]?.count ?? 0;
}

export type Followers = { followers: number; following: boolean };

/** How many people follow a person, counted up to `countedUpTo`, and whether the viewer does. */
export async function findFollowers(
  db: Database,
  followeeId: number,
  viewer: Viewer,
): Promise<Followers> {
  const [row] = await select<{ followers: number; following: number }>(
    db,
    `SELECT
      (SELECT COUNT(*) FROM (SELECT 1 FROM follows f JOIN users u ON u.id = f.follower_id
        WHERE f.followee_id = :followeeId AND f.ended_at IS NULL AND ${isThere} LIMIT ${countedUpTo}) counted) AS followers,
      EXISTS (SELECT 1 FROM follows
        WHERE follower_id = :viewerId AND followee_id = :followeeId AND ended_at IS NULL) AS following`,
    { followeeId, viewerId: viewer?.id ?? 0 },
  );
  return { followers: row?.followers ?? 0, following: row?.following === 1 };
}

/** Followers behind `afterId`, by id: the pages of a fan-out. Who followed later than `followedBy` is left out. */
export async function findFollowerIds(
  db: Database,
  followeeId: number,
  { afterId, limit, followedBy }: { afterId: number; limit: number; followedBy: Date },
): Promise<number[]> {
  const rows = await select<{ id: number }>(
    db,
    `SELECT follower_id AS id FROM follows
      WHERE followee_id = :followeeId AND follower_id > :afterId AND ended_at IS NULL
        AND created_at <= :followedBy
      ORDER BY follower_id LIMIT :limit`,
    { followeeId, afterId, limit, followedBy },
  );
  return rows.map(({ id }) => id);
}
