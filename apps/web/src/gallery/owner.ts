import {
  bumpGalleryVersion,
  editPhoto,
  findOwnPhoto,
  removePhoto,
  transaction,
  type Database,
  type PhotoRow,
} from "@tendril/database";
import { announceSoon, deleteAgainMs, rehouse, type EnqueueOptions } from "@tendril/jobs";
import { NotFoundError } from "@tendril/runtime";

import type { WebContext } from "../context.ts";
import type { PhotoWords } from "../http/photo-words.ts";

export type Owner = { id: number };

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
    const now = context.clock.now();
    const narrowing = { now, trace, requestedBy: owner.id };
    if (narrowed) await rehouse(context.outbox, tx, photo, narrowing);
    const widened = photo.visibility === "link" && words.visibility === "public";
    if (widened) await announceSoon(context.outbox, tx, owner.id, now, trace);
    await bumpGalleryVersion(tx);
  });
  // Narrowed, it is on its way again.
  context.unready.note(owner.id);
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
    await deleteFiles(context, tx, photo, trace);
    await bumpGalleryVersion(tx);
  });
}

async function deleteFiles(
  { outbox, clock }: WebContext,
  tx: Database,
  photo: PhotoRow,
  trace: string,
): Promise<void> {
  const files = { slug: photo.slug, fileKey: photo.fileKey, original: true };
  const later = new Date(clock.now().getTime() + deleteAgainMs);
  await outbox.enqueue(tx, "delete-photo-files", files, options(photo, trace));
  await outbox.enqueue(tx, "delete-photo-files", files, { ...options(photo, trace), runAt: later });
}

function options({ userId }: PhotoRow, trace: string): EnqueueOptions {
  return { fairnessGroup: `user-${userId}`, trace, requestedBy: userId };
}
