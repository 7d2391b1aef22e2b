import { select, type Database } from "../database.ts";
import { readyPhotos, visibleColumns, type VisiblePhoto } from "./visible-photos.ts";

/** False when a follow or like was taken back meanwhile by the one person who is named for it. */
export async function isStillSo(db: Database, notificationId: number): Promise<boolean> {
  const [row] = await select<{ so: number }>(
    db,
    `SELECT CASE n.kind
        WHEN 'follow' THEN EXISTS (SELECT 1 FROM follows f
          WHERE f.follower_id = n.actor_id AND f.followee_id = n.user_id AND f.ended_at IS NULL)
        WHEN 'like' THEN EXISTS (SELECT 1 FROM likes l
          WHERE l.user_id = n.actor_id AND l.photo_id = n.photo_id AND l.ended_at IS NULL)
        ELSE TRUE END AS so
      FROM notifications n WHERE n.id = :notificationId`,
    { notificationId },
  );
  return row?.so === 1;
}

export type AnnouncedPhotos = { photos: VisiblePhoto[]; count: number };

/** Of the photos that a notification tells of: the newest that are still there for everybody, and how many are. */
export async function findAnnouncedPhotos(
  db: Database,
  announced: { notificationId: number; from: Date; until: Date },
  limit: number,
): Promise<AnnouncedPhotos> {
  const where = `${readyPhotos} AND p.visibility = 'public'
    AND p.user_id = (SELECT actor_id FROM notifications WHERE id = :notificationId)
    AND p.announced_at BETWEEN :from AND :until`;
  const values = { ...announced, limit, viewerId: 0 };
  const [photos, counted] = await Promise.all([
    select<VisiblePhoto>(
      db,
      `SELECT ${visibleColumns} ${where} ORDER BY p.published_at DESC, p.id DESC LIMIT :limit`,
      values,
    ),
    select<{ count: number }>(db, `SELECT COUNT(*) AS count ${where}`, values),
  ]);
  return { photos, count: counted[0]?.count ?? 0 };
}
