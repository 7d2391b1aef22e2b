import { select, update, type Database } from "../database.ts";
import { findPhotosByIds, type PhotoRow, type RestorePurpose } from "./photos.ts";

/** Notes that a photo's original is wanted out of the archive; false when that was noted already. */
export async function requestRestore(
  db: Database,
  id: number,
  purpose: RestorePurpose,
  at: Date,
): Promise<boolean> {
  const sql = `UPDATE photos
      SET restore_state = 'requested', restore_for = :purpose, restore_asked_at = :at, restore_until = NULL
    WHERE id = :id AND removed_at IS NULL AND (restore_state IS NULL OR restore_state <> 'requested')`;
  return (await update(db, sql, { id, purpose, at })) === 1;
}

/** requested → available, once. `until`: when S3 takes the copy away again; null when it is not a copy. */
export async function noteRestored(db: Database, id: number, until: Date | null): Promise<boolean> {
  const sql = `UPDATE photos SET restore_state = 'available', restore_until = :until
                WHERE id = :id AND restore_state = 'requested' AND removed_at IS NULL`;
  return (await update(db, sql, { id, until })) === 1;
}

/** The request has come to nothing; whoever wants the original may ask again. */
export async function endRestore(db: Database, id: number): Promise<boolean> {
  const sql = `UPDATE photos SET restore_state = NULL, restore_until = NULL
                WHERE id = :id AND restore_state = 'requested' AND removed_at IS NULL`;
  return (await update(db, sql, { id })) === 1;
}

/** Wanted again, as before its job was given up; answers what for. */
export async function takeUpRestore(db: Database, id: number): Promise<RestorePurpose | null> {
  const sql = `UPDATE photos SET restore_state = 'requested'
                WHERE id = :id AND restore_state IS NULL AND restore_for IS NOT NULL AND removed_at IS NULL`;
  if ((await update(db, sql, { id })) !== 1) return null;
  const [photo] = await findPhotosByIds(db, [id]);
  return photo?.restoreFor ?? null;
}

/** Photos whose originals are awaited, by id; a page begins behind `afterId`. */
export async function findAwaitedRestores(
  db: Database,
  { afterId, limit }: { afterId: number; limit: number },
): Promise<PhotoRow[]> {
  const rows = await select<{ id: number }>(
    db,
    `SELECT id FROM photos WHERE restore_state = 'requested' AND removed_at IS NULL AND id > :afterId
      ORDER BY id LIMIT :limit`,
    { afterId, limit },
  );
  return findPhotosByIds(
    db,
    rows.map(({ id }) => id),
  );
}
