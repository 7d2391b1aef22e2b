import { select, type Database } from "../database.ts";
import { isThere } from "./people.ts";

/** What people are told about. */
export const notificationKinds = [
  "follow",
  "like",
  "comment",
  "mention",
  "photos",
  "original",
  /** A photo of one's own could not be made ready. */
  "failed",
  /** One that had failed is ready after all. */
  "mended",
  /** An operator took one down. */
  "hidden",
] as const;
export type NotificationKind = (typeof notificationKinds)[number];

/** A notification with what it takes to put it into words; what is gone or hidden by now is null. */
export type NotificationFacts = {
  id: number;
  userId: number;
  kind: NotificationKind;
  /** Events that it stands for. */
  count: number;
  firstAt: Date;
  lastAt: Date;
  readAt: Date | null;
  /** Who did it, or did it last. */
  actorUsername: string | null;
  actorName: string | null;
  photoSlug: string | null;
  photoCaption: string | null;
  /** Of one's own photo: as one named the file, and why it is not in the gallery. */
  photoFileName: string | null;
  photoFailure: string | null;
  photoHiddenReason: string | null;
  comment: string | null;
};

const isOfThere = (person: string) =>
  `EXISTS (SELECT 1 FROM users u WHERE u.id = ${person} AND ${isThere})`;

export const notificationFacts = `n.id, n.user_id AS userId, n.kind, n.count, n.first_at AS firstAt, n.last_at AS lastAt,
    n.read_at AS readAt, a.username AS actorUsername, a.display_name AS actorName,
    p.slug AS photoSlug, p.caption AS photoCaption, p.failure AS photoFailure,
    p.hidden_reason AS photoHiddenReason, IF(p.user_id = n.user_id, p.file_name, NULL) AS photoFileName,
    c.body AS comment
  FROM notifications n
  LEFT JOIN users a ON a.id = n.actor_id AND a.deleted_at IS NULL AND a.suspended_at IS NULL
  LEFT JOIN photos p ON p.id = n.photo_id AND p.removed_at IS NULL AND ${isOfThere("p.user_id")} AND (
    p.status = 'ready' AND p.hidden_at IS NULL AND (p.visibility = 'public' OR n.kind <> 'photos')
    OR p.user_id = n.user_id AND n.kind IN ('failed', 'mended', 'hidden'))
  LEFT JOIN comments c ON c.id = n.comment_id AND c.removed_at IS NULL AND ${isOfThere("c.user_id")}`;

export async function findNotification(
  db: Database,
  id: number,
): Promise<NotificationFacts | null> {
  const rows = await select<NotificationFacts>(db, `SELECT ${notificationFacts} WHERE n.id = :id`, {
    id,
  });
  return rows[0] ?? null;
}
