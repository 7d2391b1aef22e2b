import {
  bumpGalleryVersion,
  findPhotoById,
  publishPhoto,
  type Database,
  type PhotoRow,
  type ProcessedPhoto,
} from "@tendril/database";
import { announceSoon } from "@tendril/jobs";

import type { WorkerContext } from "./context.ts";
import { tellIfMended } from "./fail-photo.ts";

/** The photo is ready: it is in the gallery, and those who follow its photographer will hear of it, once. */
export async function publish(
  context: WorkerContext,
  tx: Database,
  photo: PhotoRow,
  processed: ProcessedPhoto,
  trace: string,
): Promise<void> {
  const { outbox, clock } = context;
  const { width, height, placeholder, contentType, takenAt, sha256 } = processed;
  const { fileKey } = photo;
  const ready = { width, height, placeholder, contentType, takenAt, sha256, fileKey };
  if (!(await publishPhoto(tx, photo.id, ready, clock.now()))) return;
  // Looked at again: its owner may have changed who can see it while it was prepared.
  const published = await findPhotoById(tx, photo.id);
  if (!published) return;
  await tellIfMended(context, tx, published, trace);
  if (published.visibility !== "public" || published.hiddenAt) return;
  if (!published.announcedAt) await announceSoon(outbox, tx, photo.userId, clock.now(), trace);
  await bumpGalleryVersion(tx);
}
