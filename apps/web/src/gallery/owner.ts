import {
  bumpGalleryVersion,
  editPhoto,
  findOwnPhoto,
  rehousePhoto,
  removePhoto,
  transaction,
  type Database,
  type PhotoRow,
} from "@tendril/database";
import type { EnqueueOptions } from "@tendril/jobs";
import { ConflictError, minutes, NotFoundError, randomKey } from "@tendril/runtime";
import { originalDownloadUrl } from "@tendril/storage";

import type { WebContext } from "../context.ts";
import type { PhotoWords } from "../http/photo-words.ts";

/** Longer than any attempt at processing lasts: a variant that was written late must not survive. */
const deleteAgainMs = minutes(10);

type Owner = { id: number };

export async function ownPhoto(db: Database, owner: Owner, slug: string): Promise<PhotoRow> {
  const photo = await findOwnPhoto(db, owner, slug);
  if (!photo) throw new NotFoundError("There is no such photo of yours. It may have been deleted.");
  return photo;
}

export async function edit(
  context: WebContext,
  owner: Owner,
  slug: string,
  words: PhotoWords,
  trace: string,
): Promise<void> {
  await transaction(context.db, async (tx) => {
    const photo = await ownPhoto(tx, owner, slug);
    await editPhoto(tx, photo.id, words);
    const narrowed = photo.visibility === "public" && words.visibility === "link";
    if (narrowed) await rehouse(context, tx, photo, trace);
    await bumpGalleryVersion(tx);
  });
}

/** The files' addresses were public. They are made again under a new key, and the old ones go. */
async function rehouse(
  context: WebContext,
  tx: Database,
  photo: PhotoRow,
  trace: string,
): Promise<void> {
  if (!(await rehousePhoto(tx, photo.id, randomKey(128)))) return;
  await context.outbox.enqueue(tx, "process-photo", { photoId: photo.id }, options(photo, trace));
  await deleteFiles(context, tx, photo, { original: false, trace });
}

export async function remove(
  context: WebContext,
  owner: Owner,
  slug: string,
  trace: string,
): Promise<void> {
  await transaction(context.db, async (tx) => {
    const photo = await ownPhoto(tx, owner, slug);
    if (!(await removePhoto(tx, photo.id, context.clock.now()))) return;
    await deleteFiles(context, tx, photo, { original: true, trace });
    await bumpGalleryVersion(tx);
  });
}

async function deleteFiles(
  { outbox, clock }: WebContext,
  tx: Database,
  photo: PhotoRow,
  { original, trace }: { original: boolean; trace: string },
): Promise<void> {
  const files = { slug: photo.slug, fileKey: photo.fileKey, original };
  const later = new Date(clock.now().getTime() + deleteAgainMs);
  await outbox.enqueue(tx, "delete-photo-files", files, options(photo, trace));
  await outbox.enqueue(tx, "delete-photo-files", files, { ...options(photo, trace), runAt: later });
}

function options({ userId }: PhotoRow, trace: string): EnqueueOptions {
  return { fairnessGroup: `user-${userId}`, trace, requestedBy: userId };
}

export async function originalUrl(
  { db, storage }: WebContext,
  owner: Owner,
  slug: string,
): Promise<string> {
  const photo = await ownPhoto(db, owner, slug);
  if (photo.status !== "ready")
    throw new ConflictError("This photo is not ready yet. Try again when it is.");
  return originalDownloadUrl(storage, photo.slug, photo.fileName);
}
