import {
  failPhoto,
  findOwnPhoto,
  findPhotosOfForm,
  insertPhoto,
  startProcessing,
  transaction,
  type PhotoRow,
  type VisiblePhoto,
} from "@tendril/database";
import {
  ConflictError,
  NotFoundError,
  randomKey,
  TooLargeError,
  TooManyRequestsError,
} from "@tendril/runtime";
import {
  incomingBytes,
  presignUpload,
  type PhotoFailure,
  type UploadPolicy,
} from "@tendril/storage";

import type { WebContext } from "../context.ts";
import type { PhotoWords } from "../http/photo-words.ts";
import type { SignedIn } from "../http/sessions.ts";
import { maxFiles } from "./limits.ts";

export type NewUpload = {
  formToken: string;
  position: number;
  fileName: string;
  words: PhotoWords;
};

/** The row of one file; the one that is there already when the form was sent before. */
export async function beginUpload(
  context: WebContext,
  userId: number,
  upload: NewUpload,
): Promise<PhotoRow> {
  const photo = await insertPhoto(context.db, {
    slug: randomKey(96),
    userId,
    status: "uploading",
    ...upload.words,
    fileName: displayName(upload.fileName),
    // Now, not when it is ready: an attempt that died leaves no files that nothing points to.
    fileKey: randomKey(128),
    formToken: upload.formToken,
    position: upload.position,
    createdAt: context.clock.now(),
  });
  context.unready.note(userId);
  return photo;
}

/** A name for the owner's eyes: without folders and control characters, of a length that a row can hold. */
export function displayName(fileName: string): string {
  const base = fileName.split(/[/\\]/).at(-1) ?? "";
  const printable = base.replace(/\p{C}/gu, "").trim();
  return [...printable].slice(0, 120).join("") || "photo";
}

export function refuseUpload(
  context: WebContext,
  photo: PhotoRow,
  failure: PhotoFailure,
): Promise<boolean> {
  return failPhoto(context.db, photo.id, failure);
}

/** A new policy, also for an upload whose first one ran out. Null once the photo is not uploading any more. */
export async function policyFor(
  context: WebContext,
  photo: PhotoRow,
): Promise<UploadPolicy | null> {
  return photo.status === "uploading" ? presignUpload(context.storage, photo.slug) : null;
}

/** A foreign slug is not found, like one that never was. */
export async function ownUpload(
  context: WebContext,
  userId: number,
  slug: string,
): Promise<PhotoRow> {
  const photo = await findOwnPhoto(context.db, { id: userId }, slug);
  if (!photo) throw new NotFoundError("There is no such upload.");
  return photo;
}

/** One that failed, whose words another file may take over; null for any other photo. */
export async function findFailed(
  { db }: WebContext,
  userId: number,
  slug: string,
): Promise<PhotoRow | null> {
  const photo = await findOwnPhoto(db, { id: userId }, slug);
  return photo?.status === "failed" ? photo : null;
}

/** The file has arrived: what happened and the job that follows from it are one transaction. */
export async function completeUpload(
  context: WebContext,
  userId: number,
  slug: string,
  trace: string,
): Promise<PhotoRow> {
  const photo = await ownUpload(context, userId, slug);
  if (photo.status !== "uploading") return photo;

  const bytes = await incomingBytes(context.storage, slug);
  if (bytes === null)
    throw new ConflictError("The file has not arrived yet. Send it, then try again.");
  if (bytes > context.config.storage.maxBytes) throw new TooLargeError("The file is too large.");
  await transaction(context.db, async (tx) => {
    if (!(await startProcessing(tx, photo.id, { originalBytes: bytes, trace }))) return;
    const options = { fairnessGroup: `user-${userId}`, trace, requestedBy: userId };
    await context.outbox.enqueue(tx, "process-photo", { photoId: photo.id }, options);
  });
  return { ...photo, status: "processing", originalBytes: bytes };
}

export function uploadsOfForm(
  context: WebContext,
  userId: number,
  token: string,
): Promise<PhotoRow[]> {
  return findPhotosOfForm(context.db, userId, token, maxFiles);
}

/** Tabs of one person that watch at the same time. */
const maxStreams = 10;

export function refuseTooManyStreams(context: WebContext, userId: number): void {
  if (context.uploads.watchersOf(userId) >= maxStreams) {
    throw new TooManyRequestsError(
      "Too many pages of yours are watching uploads. Close some of them.",
      30,
    );
  }
}

/** One's own photo as the gallery shows it; null while it is not ready. */
export function asVisible(photo: PhotoRow, owner: SignedIn): VisiblePhoto | null {
  const { width, height, publishedAt } = photo;
  if (photo.status !== "ready" || width === null || height === null || !publishedAt) return null;
  const { username, displayName } = owner;
  return { ...photo, width, height, publishedAt, username, displayName };
}
