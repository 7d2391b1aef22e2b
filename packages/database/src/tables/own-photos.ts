import { IndexHints, Op } from "sequelize";

import { isAscii, plain, select, type Database } from "../database.ts";
import type { PhotoRow } from "./photos.ts";

/** One's own photo, whatever its state. A foreign slug is simply not found. */
export async function findOwnPhoto(
  db: Database,
  viewer: { id: number },
  slug: string,
): Promise<PhotoRow | null> {
  if (!isAscii(slug)) return null;
  const where = { slug, userId: viewer.id, removedAt: null };
  const photo = await db.tables.photos.findOne({ ...db.options, where });
  return photo && plain(photo);
}

/** Own photos that are not in the gallery (yet): on their way, or failed. Newest first. */
export async function findUnreadyPhotos(
  db: Database,
  userId: number,
  limit: number,
): Promise<PhotoRow[]> {
  const photos = await db.tables.photos.findAll({
    ...db.options,
    where: {
      userId,
      removedAt: null,
      hiddenAt: null,
      status: ["uploading", "processing", "failed"],
    },
    order: [["id", "DESC"]],
    limit,
  });
  return photos.map(plain);
}

/** Own photos that an operator took down, newest first. */
export async function findHiddenPhotos(
  db: Database,
  userId: number,
  limit: number,
): Promise<PhotoRow[]> {
  const photos = await db.tables.photos.findAll({
    ...db.options,
    where: { userId, removedAt: null, hiddenAt: { [Op.not]: null } },
    indexHints: [{ type: IndexHints.FORCE, values: ["photos_hidden"] }],
    order: [["hiddenAt", "DESC"]],
    limit,
  });
  return photos.map(plain);
}

/** The owners of photos that are not in the gallery (yet), of `limit` such photos at most; some several times. */
export async function findOwnersOfUnready(db: Database, limit: number): Promise<number[]> {
  const rows = await select<{ userId: number }>(
    db,
    `SELECT user_id AS userId FROM photos FORCE INDEX (photos_status)
      WHERE status IN ('uploading', 'processing', 'failed') AND removed_at IS NULL LIMIT :limit`,
    { limit },
  );
  return rows.map(({ userId }) => userId);
}

/** Photos of several people that are still on their way. */
export async function findUnfinishedPhotos(
  db: Database,
  userIds: readonly number[],
): Promise<PhotoRow[]> {
  const photos = await db.tables.photos.findAll({
    ...db.options,
    where: { userId: [...userIds], removedAt: null, status: ["uploading", "processing"] },
    // By itself the planner may choose the index of people's pages, and read every photo of theirs.
    indexHints: [{ type: IndexHints.FORCE, values: ["photos_unready"] }],
  });
  return photos.map(plain);
}

/** Whatever is inserted from now on has a higher id. */
export async function findNewestPhotoId(db: Database): Promise<number> {
  const [row] = await select<{ id: number | null }>(db, "SELECT MAX(id) AS id FROM photos");
  return row?.id ?? 0;
}

/** Photos of several people with higher ids than that, in whatever state. */
export async function findPhotosAfter(
  db: Database,
  userIds: readonly number[],
  id: number,
): Promise<PhotoRow[]> {
  const photos = await db.tables.photos.findAll({
    ...db.options,
    where: { id: { [Op.gt]: id }, userId: [...userIds], removedAt: null },
  });
  return photos.map(plain);
}

/** The first that came by one form, in its order. */
export async function findPhotosOfForm(
  db: Database,
  userId: number,
  formToken: string,
  limit: number,
): Promise<PhotoRow[]> {
  const photos = await db.tables.photos.findAll({
    ...db.options,
    where: { userId, formToken, removedAt: null },
    order: [["position", "ASC"]],
    limit,
  });
  return photos.map(plain);
}
