import { insert, select, update, type Database } from "../database.ts";
import { countedUpTo, isThere } from "./people.ts";
import type { Viewer } from "./visible-photos.ts";

type Like = { photoId: number; userId: number };

/**
 * True the very first time; false when it was liked before, even if that was taken back since. Whoever takes
 * it back keeps the row, so that what was told once is not told again.
 */
export async function startLike(db: Database, like: Like, at: Date): Promise<boolean> {
  const sql = `INSERT INTO likes (photo_id, user_id, created_at) VALUES (:photoId, :userId, :at)
                ON DUPLICATE KEY UPDATE ended_at = NULL`;
  // MariaDB counts a row that was there and is changed as two, and one that stays as none.
  return (await insert(db, sql, { ...like, at })) === 1;
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
