import { isAscii, plain, select, update, type Database } from "../database.ts";
import type { PhotoRow } from "./photos.ts";
import type { UserRow } from "./users.ts";

/** Characters that the columns hold. */
const longestReason = 500;

/** By user name or by e-mail address: whoever has not left, suspended or not. */
export async function findPersonNamed(db: Database, named: string): Promise<UserRow | null> {
  const isAddress = named.includes("@");
  if (!isAddress && !isAscii(named)) return null;
  const where = { ...(isAddress ? { email: named } : { username: named }), deletedAt: null };
  const user = await db.tables.users.findOne({ ...db.options, where });
  return user && plain(user);
}

/** False when it is so already. */
export async function setRole(db: Database, id: number, role: UserRow["role"]): Promise<boolean> {
  const sql = "UPDATE users SET role = :role WHERE id = :id AND role <> :role";
  return (await update(db, sql, { id, role })) === 1;
}

/** False when it is so already. */
export async function suspendUser(
  db: Database,
  id: number,
  { at, reason }: { at: Date; reason: string },
): Promise<boolean> {
  const sql = `UPDATE users SET suspended_at = :at, suspended_reason = :reason
    WHERE id = :id AND suspended_at IS NULL`;
  return (await update(db, sql, { id, at, reason: reason.slice(0, longestReason) })) === 1;
}

export async function unsuspendUser(db: Database, id: number): Promise<boolean> {
  const sql = `UPDATE users SET suspended_at = NULL, suspended_reason = NULL
    WHERE id = :id AND suspended_at IS NOT NULL`;
  return (await update(db, sql, { id })) === 1;
}

/** Who was suspended since then: nobody's session is older than a month. */
export async function findSuspendedIds(db: Database, since: Date): Promise<number[]> {
  const sql = "SELECT id FROM users WHERE suspended_at >= :since";
  return (await select<{ id: number }>(db, sql, { since })).map(({ id }) => id);
}

/** Anybody's photo, hidden or not, that was not removed. */
export async function findPhotoBySlug(db: Database, slug: string): Promise<PhotoRow | null> {
  if (!isAscii(slug)) return null;
  const where = { slug, removedAt: null };
  const photo = await db.tables.photos.findOne({ ...db.options, where });
  return photo && plain(photo);
}

/** False when it is hidden already. */
export async function hidePhotoRow(
  db: Database,
  id: number,
  { at, reason }: { at: Date; reason: string },
): Promise<boolean> {
  const sql = `UPDATE photos SET hidden_at = :at, hidden_reason = :reason
    WHERE id = :id AND hidden_at IS NULL`;
  return (await update(db, sql, { id, at, reason: reason.slice(0, longestReason) })) === 1;
}

export async function unhidePhotoRow(db: Database, id: number): Promise<boolean> {
  const sql = `UPDATE photos SET hidden_at = NULL, hidden_reason = NULL
    WHERE id = :id AND hidden_at IS NOT NULL`;
  return (await update(db, sql, { id })) === 1;
}
