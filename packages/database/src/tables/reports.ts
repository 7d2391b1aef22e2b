import { insert, select, update, type Database } from "../database.ts";
import type { Visibility } from "./photos.ts";

export const reportReasons = ["offensive", "person", "rights", "spam", "other"] as const;
export type ReportReason = (typeof reportReasons)[number];

export const reportStates = ["open", "hidden", "dismissed"] as const;
export type ReportState = (typeof reportStates)[number];

/** A photo that somebody finds should not be here. */
export type ReportRow = {
  id: number;
  photoId: number;
  reporterId: number;
  reason: ReportReason;
  /** In the reporter's words; may be empty. */
  text: string;
  state: ReportState;
  createdAt: Date;
  closedAt: Date | null;
};

/** One per person and photo; false when this person has reported it before. */
export async function insertReport(
  db: Database,
  report: Pick<ReportRow, "photoId" | "reporterId" | "reason" | "text" | "createdAt">,
): Promise<boolean> {
  const sql = `INSERT IGNORE INTO reports (photo_id, reporter_id, reason, text, created_at)
    VALUES (:photoId, :reporterId, :reason, :text, :createdAt)`;
  return (await insert(db, sql, report)) === 1;
}

/** With what it takes to decide. */
export type ListedReport = Pick<ReportRow, "id" | "reason" | "text" | "state" | "createdAt"> & {
  reporter: string;
  slug: string;
  caption: string;
  alt: string;
  visibility: Visibility;
  hidden: number;
  removed: number;
  /** Null while the photo has no pictures. */
  width: number | null;
  height: number | null;
  fileKey: string;
  photographer: string;
  suspended: number;
  /** Open ones of the same photo, this one included. */
  openOfPhoto: number;
};

/** Newest first. Asks for one more than the page holds, so that the caller knows whether there is a next one. */
export function findReports(
  db: Database,
  { state, before, limit }: { state: ReportState; before?: number | undefined; limit: number },
): Promise<ListedReport[]> {
  return select(
    db,
    `SELECT r.id, r.reason, r.text, r.state, r.created_at AS createdAt, w.username AS reporter,
        p.slug, p.caption, p.alt, p.visibility, p.hidden_at IS NOT NULL AS hidden, p.width, p.height,
        p.removed_at IS NOT NULL AS removed, p.file_key AS fileKey, u.username AS photographer,
        u.suspended_at IS NOT NULL AS suspended,
        (SELECT COUNT(*) FROM reports o WHERE o.photo_id = r.photo_id AND o.state = 'open') AS openOfPhoto
      FROM reports r
      JOIN photos p ON p.id = r.photo_id JOIN users u ON u.id = p.user_id JOIN users w ON w.id = r.reporter_id
      WHERE r.state = :state ${before === undefined ? "" : "AND r.id < :before"}
      ORDER BY r.id DESC LIMIT :limit`,
    { state, before, limit: limit + 1 },
  );
}

/** All open ones of a photo at once; answers how many. */
export function closeReports(
  db: Database,
  photoId: number,
  end: { state: Exclude<ReportState, "open">; at: Date },
): Promise<number> {
  const sql = `UPDATE reports SET state = :state, closed_at = :at WHERE photo_id = :photoId AND state = 'open'`;
  return update(db, sql, { photoId, ...end });
}

/** The photo is shown again: those that it was hidden for ended otherwise. Answers how many. */
export function dismissReportsOfHidden(db: Database, photoId: number, at: Date): Promise<number> {
  const sql = `UPDATE reports SET state = 'dismissed', closed_at = :at
    WHERE photo_id = :photoId AND state = 'hidden'`;
  return update(db, sql, { photoId, at });
}

/** Of all photos, at most as many as are asked for. */
export async function countOpenReports(db: Database, most: number): Promise<number> {
  const sql = `SELECT COUNT(*) AS count FROM
    (SELECT id FROM reports WHERE state = 'open' LIMIT :most) open_reports`;
  return (await select<{ count: number }>(db, sql, { most }))[0]?.count ?? 0;
}

export async function hasReported(
  db: Database,
  photoId: number,
  reporterId: number,
): Promise<boolean> {
  const sql = "SELECT id FROM reports WHERE photo_id = :photoId AND reporter_id = :reporterId";
  return (await select(db, sql, { photoId, reporterId })).length > 0;
}
