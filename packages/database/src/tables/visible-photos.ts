import { isAscii, select, type Database } from "../database.ts";
import type { Visibility } from "./photos.ts";

export type Viewer = { id: number } | null;

/** A photo as lists and pages show it: with the person who took it, without what only its owner may know. */
export type VisiblePhoto = {
  id: number;
  slug: string;
  caption: string;
  alt: string;
  credit: string;
  width: number;
  height: number;
  placeholder: string | null;
  fileKey: string;
  takenAt: Date | null;
  publishedAt: Date;
  visibility: Visibility;
  userId: number;
  username: string;
  displayName: string;
};

/** Of photos `p` and their photographers `u`. */
export const visibleColumns = `p.id, p.slug, p.caption, p.alt, p.credit, p.width, p.height, p.placeholder,
  p.file_key AS fileKey, p.taken_at AS takenAt, p.published_at AS publishedAt, p.visibility,
  p.user_id AS userId, u.username, u.display_name AS displayName`;

/** The one rule of who may see what. `:viewerId` is 0 for visitors. */
export const readyPhotos = `FROM photos p JOIN users u ON u.id = p.user_id
  WHERE p.status = 'ready' AND p.removed_at IS NULL AND p.hidden_at IS NULL
    AND u.deleted_at IS NULL AND (u.suspended_at IS NULL OR u.id = :viewerId)`;

/** Where a page of the keyset begins: behind the photo with this time and id. */
export type PhotoCursor = { publishedAt: Date; id: number };

export type PhotoPage = { before: PhotoCursor | null; limit: number; userId?: number };

/**
 * Newest first. Lists show public photos, and on their own page a person's link photos too.
 * Asks for one more than the page holds, so that the caller knows whether there is a next one.
 */
export async function findVisiblePhotos(
  db: Database,
  viewer: Viewer,
  page: PhotoPage,
): Promise<VisiblePhoto[]> {
  const own = viewer !== null && page.userId === viewer.id;
  return select<VisiblePhoto>(
    db,
    `SELECT ${visibleColumns} ${readyPhotos}
      ${own ? "" : "AND p.visibility = 'public'"}
      ${page.userId === undefined ? "" : "AND p.user_id = :userId"}
      ${page.before === null ? "" : "AND p.published_at <= :at AND (p.published_at < :at OR p.id < :id)"}
      ORDER BY p.published_at DESC, p.id DESC LIMIT :limit`,
    {
      viewerId: viewer?.id ?? 0,
      limit: page.limit + 1,
      userId: page.userId,
      at: page.before?.publishedAt,
      id: page.before?.id,
    },
  );
}

/** By its slug: whoever has the link may see it. */
export async function findVisiblePhoto(
  db: Database,
  viewer: Viewer,
  slug: string,
): Promise<VisiblePhoto | null> {
  if (!isAscii(slug)) return null;
  const rows = await select<VisiblePhoto>(
    db,
    `SELECT ${visibleColumns} ${readyPhotos} AND p.slug = :slug`,
    {
      viewerId: viewer?.id ?? 0,
      slug,
    },
  );
  return rows[0] ?? null;
}

/** The photos before and after one in the stream of public photos. */
export async function findNeighbours(
  db: Database,
  photo: PhotoCursor,
): Promise<{ newer?: string; older?: string }> {
  const neighbour = (than: "<" | ">", order: "ASC" | "DESC") =>
    select<{ slug: string }>(
      db,
      `SELECT p.slug ${readyPhotos} AND p.visibility = 'public'
        AND p.published_at ${than}= :at AND (p.published_at ${than} :at OR p.id ${than} :id)
        ORDER BY p.published_at ${order}, p.id ${order} LIMIT 1`,
      { viewerId: 0, at: photo.publishedAt, id: photo.id },
    );
  const [newer, older] = await Promise.all([neighbour(">", "ASC"), neighbour("<", "DESC")]);
  return { ...(newer[0] && { newer: newer[0].slug }), ...(older[0] && { older: older[0].slug }) };
}

/** As many as their page shows: to themselves also those that only people with the link can see. */
export async function countPhotos(
  db: Database,
  userId: number,
  { own }: { own: boolean },
): Promise<number> {
  const rows = await select<{ count: number }>(
    db,
    `SELECT COUNT(*) AS count FROM photos
      WHERE user_id = :userId AND status = 'ready' AND (visibility = 'public' OR :own)
        AND removed_at IS NULL AND hidden_at IS NULL`,
    { userId, own: own ? 1 : 0 },
  );
  return rows[0]?.count ?? 0;
}
