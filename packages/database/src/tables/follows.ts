import { DataTypes, UniqueConstraintError, type Sequelize } from "sequelize";

import { select, update, type Database, type Table } from "../database.ts";
import { countedUpTo, isThere } from "./people.ts";
import type { Viewer } from "./visible-photos.ts";

type Follow = { followerId: number; followeeId: number };
type FollowRow = Follow & {
  createdAt: Date;
  /** Not followed any more; the row stays, as what was told once is not told again. */
  endedAt: Date | null;
};

export function defineFollows(sequelize: Sequelize): Table<FollowRow, Omit<FollowRow, "endedAt">> {
  return sequelize.define("follows", {
    followerId: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true },
    followeeId: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    endedAt: DataTypes.DATE(3),
  });
}

/** True the very first time; false when it was so before, even if that was ended since. */
export async function startFollow(db: Database, follow: Follow, at: Date): Promise<boolean> {
  const transaction = db.options.transaction ?? null;
  try {
    await db.tables.follows.create({ ...follow, createdAt: at }, { transaction });
    return true;
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error;
    const sql = `UPDATE follows SET ended_at = NULL
                  WHERE follower_id = :followerId AND followee_id = :followeeId`;
    await update(db, sql, follow);
    return false;
  }
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
