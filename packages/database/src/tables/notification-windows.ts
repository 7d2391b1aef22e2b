import { select, update, type Database } from "../database.ts";
import type { NotificationKind } from "./notifications.ts";

export type NotificationEvent = {
  kind: NotificationKind;
  /** What belongs together becomes one notification while it is unread. */
  groupKey: string;
  actorId: number | null;
  photoId: number | null;
  commentId: number | null;
  /** What it counts for: photos come several at once. */
  count: number;
  /** When it began; for photos when they were announced, a moment before their followers hear of it. */
  firstAt: Date;
};

type Rules = {
  now: Date;
  /** Of what was told later than that, further events are only counted. */
  toldBefore: Date;
  /** A window that was opened before that should have closed. */
  openedBefore: Date;
};

/**
 * Counts one event for each of these people, in one statement; those who are gone or suspended are passed over.
 * Answers the notifications whose window it opened: somebody has to close them. Two events at once wait for
 * each other at the unique key (person, group, unread), so none is lost.
 */
export async function countEvent(
  tx: Database,
  userIds: readonly number[],
  event: NotificationEvent,
  rules: Rules,
): Promise<{ id: number; userId: number }[]> {
  if (userIds.length === 0) return [];
  const values = { ...event, ...rules, userIds };
  // What looks back comes first: assignments see what those to their left have done.
  const sql = `INSERT INTO notifications (user_id, kind, group_key, actor_id, photo_id, comment_id, count,
        first_at, last_at, window_from)
      SELECT id, :kind, :groupKey, :actorId, :photoId, :commentId, :count, :firstAt, :now, :now FROM users
        WHERE id IN (:userIds) AND deleted_at IS NULL AND suspended_at IS NULL ORDER BY id
    ON DUPLICATE KEY UPDATE
      window_from = IF(window_from IS NULL AND COALESCE(told_at <= :toldBefore, TRUE), :now, window_from),
      count = count + :count, last_at = GREATEST(last_at, :now), actor_id = :actorId,
      photo_id = :photoId, comment_id = :commentId`;
  await update(tx, sql, values);
  return select(
    tx,
    `SELECT id, user_id AS userId FROM notifications
      WHERE user_id IN (:userIds) AND group_key = :groupKey AND unread = 1
        AND (window_from = :now OR window_from < :openedBefore)`,
    values,
  );
}

/** A notification as far as its telling goes. */
export type NotificationWindow = {
  id: number;
  userId: number;
  kind: NotificationKind;
  firstAt: Date;
  lastAt: Date;
  /** Since when what comes waits to be told; null when nothing does. */
  windowFrom: Date | null;
  /** How often it was told so far, and when last. */
  telling: number;
  toldAt: Date | null;
  /** Null while it is unread. */
  readAt: Date | null;
};

/** Keeps events and readers away until the transaction ends. */
export async function lockNotification(
  tx: Database,
  id: number,
): Promise<NotificationWindow | null> {
  const [row] = await select<NotificationWindow>(
    tx,
    `SELECT id, user_id AS userId, kind, first_at AS firstAt, last_at AS lastAt, window_from AS windowFrom,
        telling, told_at AS toldAt, read_at AS readAt
      FROM notifications WHERE id = :id FOR UPDATE`,
    { id },
  );
  return row ?? null;
}

/** The window is closed, and what came in it was told. */
export async function markTold(tx: Database, id: number, at: Date): Promise<void> {
  const sql = `UPDATE notifications SET window_from = NULL, telling = telling + 1, told_at = :at WHERE id = :id`;
  await update(tx, sql, { id, at });
}

/** The window is closed without a word. */
export async function closeUntold(tx: Database, id: number): Promise<void> {
  await update(tx, "UPDATE notifications SET window_from = NULL WHERE id = :id", { id });
}

/** False when there is nothing to tell any more: who did it is gone, or what it was about. */
export async function isStillThere(
  db: Database,
  about: Pick<NotificationEvent, "actorId" | "photoId" | "commentId">,
): Promise<boolean> {
  const [row] = await select<{ there: number }>(
    db,
    `SELECT (:actorId IS NULL OR EXISTS (SELECT 1 FROM users WHERE id = :actorId
          AND deleted_at IS NULL AND suspended_at IS NULL))
        AND (:photoId IS NULL OR EXISTS (SELECT 1 FROM photos WHERE id = :photoId AND removed_at IS NULL))
        AND (:commentId IS NULL OR EXISTS (SELECT 1 FROM comments WHERE id = :commentId
          AND removed_at IS NULL)) AS there`,
    about,
  );
  return row?.there === 1;
}
