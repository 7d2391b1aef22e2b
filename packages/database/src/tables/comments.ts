import { DataTypes, UniqueConstraintError, type Optional, type Sequelize } from "sequelize";

import { plain, select, update, type Database, type Table } from "../database.ts";
import { countedUpTo, isThere } from "./people.ts";

export type CommentRow = {
  id: number;
  photoId: number;
  userId: number;
  /** Plain text with line breaks. */
  body: string;
  /** Of the form that it came by: the same form twice makes no second comment. */
  formToken: string;
  createdAt: Date;
  removedAt: Date | null;
};

export type NewComment = Optional<CommentRow, "id" | "removedAt">;

export function defineComments(sequelize: Sequelize): Table<CommentRow, NewComment> {
  return sequelize.define("comments", {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    photoId: { type: DataTypes.BIGINT.UNSIGNED, allowNull: false },
    userId: { type: DataTypes.BIGINT.UNSIGNED, allowNull: false },
    body: { type: DataTypes.STRING(2000), allowNull: false },
    formToken: { type: DataTypes.STRING(32), allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false },
    removedAt: DataTypes.DATE(3),
  });
}

/** The new comment, or the one that the same form made before. */
export async function insertComment(
  db: Database,
  comment: NewComment,
): Promise<{ comment: CommentRow; isNew: boolean }> {
  const transaction = db.options.transaction ?? null;
  try {
    const row = plain(await db.tables.comments.create(comment, { transaction }));
    return { comment: { ...row, removedAt: null }, isNew: true };
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error;
    const { userId, formToken } = comment;
    const before = await db.tables.comments.findOne({
      ...db.options,
      where: { userId, formToken },
    });
    if (!before) throw error;
    return { comment: plain(before), isNew: false };
  }
}

export async function findComment(
  db: Database,
  id: number,
): Promise<(CommentRow & { photoSlug: string; photoOwnerId: number }) | null> {
  const rows = await select<CommentRow & { photoSlug: string; photoOwnerId: number }>(
    db,
    `SELECT c.id, c.photo_id AS photoId, c.user_id AS userId, c.body, c.form_token AS formToken,
        c.created_at AS createdAt, c.removed_at AS removedAt, p.slug AS photoSlug, p.user_id AS photoOwnerId
      FROM comments c JOIN photos p ON p.id = c.photo_id WHERE c.id = :id`,
    { id },
  );
  return rows[0] ?? null;
}

export async function removeComment(db: Database, id: number, at: Date): Promise<void> {
  await update(db, "UPDATE comments SET removed_at = :at WHERE id = :id AND removed_at IS NULL", {
    id,
    at,
  });
}

/** A comment as a page shows it, with the person who wrote it. */
export type VisibleComment = {
  id: number;
  body: string;
  createdAt: Date;
  userId: number;
  username: string;
  displayName: string;
};

/**
 * Newest first, those before the comment `before`. Asks for one more than the page holds, so that
 * the caller knows whether there are earlier ones.
 */
export function findComments(
  db: Database,
  photoId: number,
  { before, limit }: { before: number | null; limit: number },
): Promise<VisibleComment[]> {
  return select<VisibleComment>(
    db,
    `SELECT c.id, c.body, c.created_at AS createdAt, c.user_id AS userId, u.username, u.display_name AS displayName
      FROM comments c JOIN users u ON u.id = c.user_id
      WHERE c.photo_id = :photoId AND c.removed_at IS NULL AND ${isThere}
        ${before === null ? "" : "AND c.id < :before"}
      ORDER BY c.id DESC LIMIT :limit`,
    { photoId, before, limit: limit + 1 },
  );
}

/** Up to `countedUpTo`. */
export async function countComments(db: Database, photoId: number): Promise<number> {
  const rows = await select<{ count: number }>(
    db,
    `SELECT COUNT(*) AS count FROM (SELECT 1 FROM comments c JOIN users u ON u.id = c.user_id
      WHERE c.photo_id = :photoId AND c.removed_at IS NULL AND ${isThere} LIMIT ${countedUpTo}) counted`,
    { photoId },
  );
  return rows[0]?.count ?? 0;
}
