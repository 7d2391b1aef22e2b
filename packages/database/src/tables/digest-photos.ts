import { select, type Database } from "../database.ts";
import { readyPhotos, visibleColumns, type VisiblePhoto } from "./visible-photos.ts";

/** Published after `from`, and until `until`. */
export type DigestSpan = { userId: number; from: Date; until: Date };

export type DigestPhotographer = { username: string; displayName: string; count: number };

/** Public photos of people whom one follows. */
const newPhotos = `${readyPhotos} AND p.visibility = 'public'
  AND p.user_id IN (SELECT followee_id FROM follows WHERE follower_id = :userId AND ended_at IS NULL)
  AND p.published_at > :from AND p.published_at <= :until`;

/** So many of each come first, whoever has how many more: one person's 500 photos hide nobody. */
const ofEach = 3;

/** The best of them: most liked first, the newest among equals. */
export async function findDigestPhotos(
  db: Database,
  span: DigestSpan,
  limit: number,
): Promise<VisiblePhoto[]> {
  return select<VisiblePhoto>(
    db,
    `WITH fresh AS (SELECT ${visibleColumns},
          (SELECT COUNT(*) FROM likes l WHERE l.photo_id = p.id AND l.ended_at IS NULL) AS likes ${newPhotos}),
        ranked AS (SELECT fresh.*, ROW_NUMBER() OVER (PARTITION BY fresh.userId
          ORDER BY fresh.likes DESC, fresh.publishedAt DESC, fresh.id DESC) AS place FROM fresh)
      SELECT id, slug, caption, alt, credit, width, height, placeholder, fileKey, takenAt, publishedAt,
        visibility, userId, username, displayName FROM ranked
      ORDER BY CEIL(place / ${ofEach}), likes DESC, publishedAt DESC, id DESC LIMIT :limit`,
    { ...span, limit, viewerId: 0 },
  );
}

export async function hasDigestPhotos(db: Database, span: DigestSpan): Promise<boolean> {
  const sql = `SELECT p.id ${newPhotos} LIMIT 1`;
  return (await select<{ id: number }>(db, sql, { ...span, viewerId: 0 })).length > 0;
}

/** Whose photos they are, and how many each has; who has most comes first. */
export async function countDigestPhotos(
  db: Database,
  span: DigestSpan,
): Promise<DigestPhotographer[]> {
  return select<DigestPhotographer>(
    db,
    `SELECT u.username, u.display_name AS displayName, COUNT(*) AS count ${newPhotos}
      GROUP BY u.id, u.username, u.display_name ORDER BY count DESC, MAX(p.published_at) DESC`,
    { ...span, viewerId: 0 },
  );
}
