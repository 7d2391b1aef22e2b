import { select, update, type Database } from "../database.ts";
import type { Digest, UserRow } from "./users.ts";

type DigestReader = Pick<
  UserRow,
  "id" | "digest" | "timeZone" | "emailVerifiedAt" | "suspendedAt" | "deletedAt"
>;
export type DueDigest = DigestReader & { digestDueAt: Date };

const columns = `id, digest, time_zone AS timeZone, email_verified_at AS emailVerifiedAt,
  suspended_at AS suspendedAt, deleted_at AS deletedAt, digest_due_at AS digestDueAt`;

/** Whose time has come, longest waiting first; locked, so that two ticks at once take different people. */
export async function takeDueDigests(tx: Database, now: Date, limit: number): Promise<DueDigest[]> {
  return select<DueDigest>(
    tx,
    `SELECT ${columns} FROM users WHERE digest_due_at <= :now
      ORDER BY digest_due_at LIMIT :limit FOR UPDATE SKIP LOCKED`,
    { now, limit },
  );
}

/**
 * Who wants a digest and has no date for it yet, or one that no clock that goes right can have given; locked
 * likewise.
 */
export async function takeUnplannedDigests(
  tx: Database,
  latest: Date,
  limit: number,
): Promise<DigestReader[]> {
  return select<DigestReader>(
    tx,
    `SELECT ${columns} FROM users
      WHERE digest IN ('daily', 'weekly') AND (digest_due_at IS NULL OR digest_due_at > :latest)
      LIMIT :limit FOR UPDATE SKIP LOCKED`,
    { latest, limit },
  );
}

/** Null: none is due. A first digest begins with what is published from `now` on. */
export async function planDigest(
  tx: Database,
  userId: number,
  dueAt: Date | null,
  now: Date,
): Promise<void> {
  const sql = `UPDATE users SET digest_due_at = :dueAt, digest_until = COALESCE(digest_until, :now)
                WHERE id = :userId`;
  await update(tx, sql, { userId, dueAt, now });
}

/** How often a person wants it, and the date that follows from that (`nextDigestAt`). */
export async function setDigest(
  db: Database,
  userId: number,
  digest: Digest,
  dueAt: Date | null,
): Promise<void> {
  const sql = "UPDATE users SET digest = :digest, digest_due_at = :dueAt WHERE id = :userId";
  await update(db, sql, { userId, digest, dueAt });
}

/** What was published until then is not told again. False when another digest has moved it since it was read. */
export async function moveDigestUntil(
  tx: Database,
  userId: number,
  { from, until }: { from: Date | null; until: Date },
): Promise<boolean> {
  const sql =
    "UPDATE users SET digest_until = :until WHERE id = :userId AND digest_until <=> :from";
  return (await update(tx, sql, { userId, from, until })) === 1;
}
