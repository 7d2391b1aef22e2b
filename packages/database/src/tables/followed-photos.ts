import { select, type Database } from "../database.ts";
import { isThere } from "./people.ts";
import { visibleColumns, type PhotoCursor, type VisiblePhoto } from "./visible-photos.ts";

const newestFirst = "ORDER BY p.published_at DESC, p.id DESC";

/**
 * Public photos of the people whom one follows, newest first, one more than the page holds. In two steps, so
 * that it costs a look at each of these people and a page of photos, not all the photos they ever showed:
 * the photos of a page can only be by those whose newest ones are the newest, and these are as few as the
 * page has places.
 */
export async function findFollowedPhotos(
  db: Database,
  viewer: { id: number },
  page: { before: PhotoCursor | null; limit: number },
): Promise<VisiblePhoto[]> {
  const { before } = page;
  const limit = page.limit + 1;
  const isShown = `p.status = 'ready' AND p.visibility = 'public' AND p.removed_at IS NULL AND p.hidden_at IS NULL
    ${before === null ? "" : "AND p.published_at <= :at AND (p.published_at < :at OR p.id < :id)"}`;
  const cursor = { at: before?.publishedAt, id: before?.id };

  const people = await select<{ userId: number }>(
    db,
    `SELECT newest.userId FROM (
        SELECT f.followee_id AS userId, (SELECT p.id FROM photos p
          WHERE p.user_id = f.followee_id AND ${isShown} ${newestFirst} LIMIT 1) AS photoId
        FROM follows f JOIN users u ON u.id = f.followee_id
        WHERE f.follower_id = :viewerId AND f.ended_at IS NULL AND ${isThere}) newest
      JOIN photos p ON p.id = newest.photoId
      ${newestFirst} LIMIT :limit`,
    { viewerId: viewer.id, limit, ...cursor },
  );
  if (people.length === 0) return [];

  const ofEach = people.map(
    ({ userId }) =>
      `(SELECT p.id FROM photos p WHERE p.user_id = ${Number(userId)} AND ${isShown} ${newestFirst} LIMIT :limit)`,
  );
  return select<VisiblePhoto>(
    db,
    `SELECT ${visibleColumns} FROM (${ofEach.join(" UNION ALL ")}) newest
      JOIN photos p ON p.id = newest.id JOIN users u ON u.id = p.user_id
      ${newestFirst} LIMIT :limit`,
    { limit, ...cursor },
  );
}
