import { select, update, type Database } from "../database.ts";
import { notificationFacts, type NotificationFacts } from "./notifications.ts";

/** Where a page of the keyset begins: behind the notification with this time and id. */
export type NotificationCursor = { lastAt: Date; id: number };

/** With what it takes to show the photo it is about; null where there is none to show. */
export type ListedNotification = NotificationFacts & {
  photoFileKey: string | null;
  photoWidth: number | null;
  photoHeight: number | null;
};

/** Newest first. Asks for one more than the page holds, so that the caller knows whether there is a next one. */
export function listNotifications(
  db: Database,
  userId: number,
  { before, limit }: { before: NotificationCursor | null; limit: number },
): Promise<ListedNotification[]> {
  return select<ListedNotification>(
    db,
    `SELECT p.file_key AS photoFileKey, p.width AS photoWidth, p.height AS photoHeight, ${notificationFacts}
      WHERE n.user_id = :userId
        ${before ? "AND n.last_at <= :lastAt AND (n.last_at < :lastAt OR n.id < :id)" : ""}
      ORDER BY n.last_at DESC, n.id DESC LIMIT :limit`,
    { userId, limit: limit + 1, ...before },
  );
}

/** How many each of these people has not read. Who has none is not among the rows. */
export function countUnread(
  db: Database,
  userIds: readonly number[],
): Promise<{ userId: number; count: number }[]> {
  if (userIds.length === 0) return Promise.resolve([]);
  return select(
    db,
    `SELECT user_id AS userId, COUNT(*) AS count FROM notifications
      WHERE user_id IN (:userIds) AND unread = 1 GROUP BY user_id`,
    { userIds },
  );
}

/** A notification as somebody saw it: what has been counted since was not seen. */
export type SeenNotification = Pick<NotificationFacts, "id" | "count">;

/** Whoever saw it with fewer events than there are by now has not read it yet. */
export async function markRead(
  db: Database,
  userId: number,
  seen: readonly SeenNotification[],
  at: Date,
): Promise<void> {
  if (seen.length === 0) return;
  const sql = `UPDATE notifications SET read_at = :at, unread = NULL
    WHERE id IN (:ids) AND (id, count) IN (:seen) AND user_id = :userId AND unread = 1`;
  const ids = seen.map(({ id }) => id);
  await update(db, sql, { userId, at, ids, seen: seen.map(({ id, count }) => [id, count]) });
}

/** All that came until then. */
export async function markAllRead(
  db: Database,
  userId: number,
  until: Date,
  at: Date,
): Promise<void> {
  const sql = `UPDATE notifications SET read_at = :at, unread = NULL
    WHERE user_id = :userId AND unread = 1 AND last_at <= :until`;
  await update(db, sql, { userId, until, at });
}
