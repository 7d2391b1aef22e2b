import { DataTypes, UniqueConstraintError, type Sequelize } from "sequelize";

import { select, update, type Database, type Table } from "../database.ts";
import { countedUpTo, isThere } from "./people.ts";
import type { Viewer } from "./visible-photos.ts";

type Like = { photoId: number; userId: number };
type LikeRow = Like & {
  createdAt: Date;
  /** Taken back; the row stays, as what was told once is not told again. */
  endedAt: Date | null;
};

export function defineLikes(sequelize: Sequelize): Table<LikeRow, Omit<LikeRow, "endedAt">> {
  return sequelize.define("likes", {
    photoId: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true },
    userId: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    endedAt: DataTypes.DATE(3),
  });
}

/** True the very first time; false when it was liked before, even if that was taken back since. */
export async function startLike(db: Database, like: Like, at: Date): Promise<boolean> {
  const transaction = db.options.transaction ?? null;
  try {
    await db.tables.likes.create({ ...like, createdAt: at }, { transaction });
    return true;
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error;
    const sql = "UPDATE likes SET ended_at = NULL WHERE photo_id = :photoId AND user_id = :userId";
    await update(db, sql, like);
    return false;
  }
}

export async function endLike(db: Database, like: Like, at: Date): Promise<void> {
  const sql = `UPDATE likes SET ended_at = :at
                WHERE photo_id = :photoId AND user_id = :userId AND ended_at IS NULL`;
  await update(db, sql, { ...like, at });
}

export type Likes = { likes: number; liked: boolean };

/** How many people like a photo, counted up to `countedUpTo`, and whether the viewer does. */
export async function findLikes(db: Database, photoId: number, viewer: Viewer): Promise<Likes> {
  const [row] = await select<{ likes: number; liked: number }>(
    db,
    `SELECT
      (SELECT COUNT(*) FROM (SELECT 1 FROM likes l JOIN users u ON u.id = l.user_id
        WHERE l.photo_id = :photoId AND l.ended_at IS NULL AND ${isThere} LIMIT ${countedUpTo}) counted) AS likes,
      EXISTS (SELECT 1 FROM likes
        WHERE photo_id = :photoId AND user_id = :viewerId AND ended_at IS NULL) AS liked`,
    { photoId, viewerId: viewer?.id ?? 0 },
  );
  return { likes: row?.likes ?? 0, liked: row?.liked === 1 };
}
