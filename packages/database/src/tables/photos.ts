import { DataTypes, UniqueConstraintError, type Optional, type Sequelize } from "sequelize";

import { plain, select, update, type Database, type Table } from "../database.ts";

export const visibilities = ["public", "link"] as const;
export type Visibility = (typeof visibilities)[number];

const photoStatuses = ["uploading", "processing", "ready", "failed"] as const;
export type PhotoStatus = (typeof photoStatuses)[number];

const restoreStates = ["requested", "available"] as const;
export type RestoreState = (typeof restoreStates)[number];

const restorePurposes = ["download", "processing"] as const;
export type RestorePurpose = (typeof restorePurposes)[number];

export type PhotoRow = {
  id: number;
  /** In URLs; 96 random bits, so that a `link` photo is found only by those who were given the link. */
  slug: string;
  userId: number;
  status: PhotoStatus;
  /** A reason code, when `status` is failed. */
  failure: string | null;
  visibility: Visibility;
  caption: string;
  alt: string;
  credit: string;
  /** As the visitor named it; for its owner's eyes only. */
  fileName: string;
  width: number | null;
  height: number | null;
  /** A thumbhash in base64. */
  placeholder: string | null;
  /** Names the variants' folder; 128 random bits. */
  fileKey: string;
  originalBytes: number | null;
  sha256: string | null;
  contentType: string | null;
  /** The camera's wall clock; it knows no time zone. */
  takenAt: Date | null;
  /** The form it came by, and its place in it: the same form twice makes no second photo. */
  formToken: string;
  position: number;
  /** The request that said that its file had come. */
  trace: string | null;
  createdAt: Date;
  publishedAt: Date | null;
  /** When those who follow its photographer began to be told; null until then. */
  announcedAt: Date | null;
  removedAt: Date | null;
  /** When its owner was told that it had failed; null again once it is known to be well. */
  failureToldAt: Date | null;
  /** Taken down by an operator: only its owner is shown that it is there, and why it is hidden. */
  hiddenAt: Date | null;
  hiddenReason: string | null;
  /** What became of the last wish for its original, when that lay in the archive. */
  restoreState: RestoreState | null;
  restoreFor: RestorePurpose | null;
  restoreAskedAt: Date | null;
  /** From then on it has to be asked for again. */
  restoreUntil: Date | null;
};

type Later =
  | "failure"
  | "trace"
  | "width"
  | "height"
  | "placeholder"
  | "originalBytes"
  | "sha256"
  | "contentType"
  | "takenAt"
  | "publishedAt"
  | "announcedAt"
  | "removedAt"
  | "failureToldAt"
  | "hiddenAt"
  | "hiddenReason"
  | "restoreState"
  | "restoreFor"
  | "restoreAskedAt"
  | "restoreUntil";

export type NewPhoto = Optional<PhotoRow, "id" | "createdAt" | Later>;

export function definePhotos(sequelize: Sequelize): Table<PhotoRow, NewPhoto> {
  return sequelize.define("photos", {
    id: { type: DataTypes.BIGINT.UNSIGNED, primaryKey: true, autoIncrement: true },
    slug: { type: DataTypes.STRING(22), allowNull: false },
    userId: { type: DataTypes.BIGINT.UNSIGNED, allowNull: false },
    status: { type: DataTypes.ENUM(...photoStatuses), allowNull: false },
    failure: DataTypes.STRING(40),
    visibility: { type: DataTypes.ENUM(...visibilities), allowNull: false },
    caption: { type: DataTypes.STRING(1000), allowNull: false },
    alt: { type: DataTypes.STRING(1000), allowNull: false },
    credit: { type: DataTypes.STRING(200), allowNull: false },
    fileName: { type: DataTypes.STRING(255), allowNull: false },
    width: DataTypes.INTEGER.UNSIGNED,
    height: DataTypes.INTEGER.UNSIGNED,
    placeholder: DataTypes.STRING(64),
    fileKey: { type: DataTypes.STRING(22), allowNull: false },
    originalBytes: DataTypes.INTEGER.UNSIGNED,
    sha256: DataTypes.STRING(64),
    contentType: DataTypes.STRING(40),
    takenAt: DataTypes.DATE,
    formToken: { type: DataTypes.STRING(32), allowNull: false },
    position: { type: DataTypes.INTEGER.UNSIGNED, allowNull: false },
    createdAt: { type: DataTypes.DATE(3), allowNull: false, defaultValue: DataTypes.NOW },
    trace: DataTypes.STRING(64),
    publishedAt: DataTypes.DATE(3),
    announcedAt: DataTypes.DATE(3),
    removedAt: DataTypes.DATE(3),
    failureToldAt: DataTypes.DATE(3),
    hiddenAt: DataTypes.DATE(3),
    hiddenReason: DataTypes.STRING(500),
    restoreState: DataTypes.ENUM(...restoreStates),
    restoreFor: DataTypes.ENUM(...restorePurposes),
    restoreAskedAt: DataTypes.DATE(3),
    restoreUntil: DataTypes.DATE(3),
  });
}

export async function findPhotoById(db: Database, id: number): Promise<PhotoRow | null> {
  const photo = await db.tables.photos.findByPk(id, db.options);
  return photo && plain(photo);
}

/** States of photos by id, for many watchers in one query. */
export async function findPhotosByIds(db: Database, ids: readonly number[]): Promise<PhotoRow[]> {
  if (ids.length === 0) return [];
  return (await db.tables.photos.findAll({ ...db.options, where: { id: [...ids] } })).map(plain);
}

/** The new photo, or the one that the same form made before at this position. */
export async function insertPhoto(db: Database, photo: NewPhoto): Promise<PhotoRow> {
  const transaction = db.options.transaction ?? null;
  try {
    return plain(await db.tables.photos.create(photo, { transaction }));
  } catch (error) {
    if (!(error instanceof UniqueConstraintError)) throw error;
    const { userId, formToken, position } = photo;
    const before = await db.tables.photos.findOne({
      ...db.options,
      where: { userId, formToken, position },
    });
    if (!before) throw error;
    return plain(before);
  }
}

/** uploading → processing, once; false when it was not uploading any more. */
export async function startProcessing(
  db: Database,
  id: number,
  { originalBytes, trace }: { originalBytes: number; trace: string },
): Promise<boolean> {
  const sql = `UPDATE photos SET status = 'processing', original_bytes = :originalBytes, trace = :trace
                WHERE id = :id AND status = 'uploading' AND removed_at IS NULL`;
  return (await update(db, sql, { id, originalBytes, trace })) === 1;
}

export type ProcessedPhoto = Pick<
  PhotoRow,
  "width" | "height" | "placeholder" | "sha256" | "contentType" | "takenAt"
>;

/** processing → ready, once; false when it was not processing any more. A photo made anew keeps its place. */
export async function publishPhoto(
  db: Database,
  id: number,
  photo: ProcessedPhoto & { fileKey: string },
  at: Date,
): Promise<boolean> {
  const sql = `UPDATE photos SET status = 'ready', failure = NULL, width = :width, height = :height,
      placeholder = :placeholder, sha256 = :sha256, content_type = :contentType, taken_at = :takenAt,
      published_at = COALESCE(published_at, :at)
    WHERE id = :id AND status = 'processing' AND file_key = :fileKey AND removed_at IS NULL`;
  return (await update(db, sql, { id, at, ...photo })) === 1;
}

/**
 * All public photos of a person that were not announced before are, from now on, for ever. Answers how many, and
 * the newest of them; null when there are none.
 */
export async function markAnnounced(
  db: Database,
  userId: number,
  at: Date,
): Promise<{ count: number; photoId: number } | null> {
  const sql = `UPDATE photos SET announced_at = :at WHERE user_id = :userId AND announced_at IS NULL
    AND status = 'ready' AND visibility = 'public' AND removed_at IS NULL AND hidden_at IS NULL`;
  const count = await update(db, sql, { userId, at });
  if (count === 0) return null;
  const [newest] = await select<{ id: number }>(
    db,
    `SELECT id FROM photos WHERE user_id = :userId AND announced_at = :at
      ORDER BY published_at DESC, id DESC LIMIT 1`,
    { userId, at },
  );
  return newest ? { count, photoId: newest.id } : null;
}

/** ready → processing under a new key: whoever knows the old files' addresses finds nothing there soon. */
export async function rehousePhoto(db: Database, id: number, fileKey: string): Promise<boolean> {
  const sql =
    "UPDATE photos SET status = 'processing', file_key = :fileKey WHERE id = :id AND status = 'ready'";
  return (await update(db, sql, { id, fileKey })) === 1;
}

/** → failed, for the reason that its owner is told. */
export async function failPhoto(db: Database, id: number, failure: string): Promise<boolean> {
  const sql = `UPDATE photos SET status = 'failed', failure = :failure
                WHERE id = :id AND status IN ('uploading', 'processing')`;
  return (await update(db, sql, { id, failure })) === 1;
}

export async function noteFailureTold(db: Database, id: number, at: Date | null): Promise<void> {
  await update(db, "UPDATE photos SET failure_told_at = :at WHERE id = :id", { id, at });
}

/** failed → processing, once. */
export async function retryPhoto(db: Database, id: number): Promise<boolean> {
  const sql = `UPDATE photos SET status = 'processing', failure = NULL
                WHERE id = :id AND status = 'failed' AND removed_at IS NULL`;
  return (await update(db, sql, { id })) === 1;
}

/** failed → processing, where its job had been given up and is now sent back. */
export async function takeUpPhoto(db: Database, id: number, failure: string): Promise<boolean> {
  const sql = `UPDATE photos SET status = 'processing', failure = NULL
                WHERE id = :id AND status = 'failed' AND failure = :failure AND removed_at IS NULL`;
  return (await update(db, sql, { id, failure })) === 1;
}

export type PhotoWords = Pick<PhotoRow, "caption" | "alt" | "credit" | "visibility">;

export async function editPhoto(db: Database, id: number, words: PhotoWords): Promise<void> {
  await db.tables.photos.update(words, {
    where: { id },
    transaction: db.options.transaction ?? null,
  });
}

/** Taken out of everything that people see; true the first time. */
export async function removePhoto(db: Database, id: number, at: Date): Promise<boolean> {
  return (
    (await update(db, "UPDATE photos SET removed_at = :at WHERE id = :id AND removed_at IS NULL", {
      id,
      at,
    })) === 1
  );
}

/** Uploads begun before `before` that never said how they ended. */
export async function findStaleUploads(
  db: Database,
  before: Date,
  limit: number,
): Promise<PhotoRow[]> {
  const rows = await select<{ id: number }>(
    db,
    `SELECT id FROM photos WHERE status = 'uploading' AND created_at < :before AND removed_at IS NULL
      ORDER BY id LIMIT :limit`,
    { before, limit },
  );
  return findPhotosByIds(
    db,
    rows.map(({ id }) => id),
  );
}

/**
 * Photos said to be processing for which no job waits or runs: whatever lost it, they would wait for ever.
 * Those whose original is awaited from the archive are looked after elsewhere.
 */
export async function findForgottenPhotos(
  db: Database,
  before: Date,
  limit: number,
): Promise<PhotoRow[]> {
  const rows = await select<{ id: number }>(
    db,
    // The jobs are read once: looked for photo by photo they took minutes in a backlog of thousands.
    `SELECT p.id FROM photos p LEFT JOIN (SELECT DISTINCT CAST(JSON_VALUE(payload, '$.photoId') AS UNSIGNED) AS photo_id FROM jobs
          WHERE state IN ('queued', 'running') AND name IN ('process-photo', 'move-photo-files')) j ON j.photo_id = p.id
      WHERE p.status = 'processing' AND p.created_at < :before AND p.removed_at IS NULL
        AND (p.restore_state IS NULL OR p.restore_state <> 'requested') AND j.photo_id IS NULL
      ORDER BY p.created_at LIMIT :limit`,
    { before, limit },
  );
  return findPhotosByIds(
    db,
    rows.map(({ id }) => id),
  );
}
