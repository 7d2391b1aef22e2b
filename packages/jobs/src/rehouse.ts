import { rehousePhoto, type Database, type PhotoRow } from "@tendril/database";
import { minutes, randomKey } from "@tendril/runtime";

import type { EnqueueOptions, Outbox } from "./outbox.ts";

/** Longer than any attempt at processing lasts: a variant that was written late must not survive. */
export const deleteAgainMs = minutes(10);

/** The files' addresses were known. They move to a new key, and whatever is left of the old ones goes soon. */
export async function rehouse(
  outbox: Outbox,
  tx: Database,
  photo: Pick<PhotoRow, "id" | "slug" | "userId" | "fileKey">,
  { now, trace, requestedBy }: { now: Date; trace: string; requestedBy: number | null },
): Promise<void> {
  if (!(await rehousePhoto(tx, photo.id, randomKey(128)))) return;
  const { id: photoId, slug, userId, fileKey: from } = photo;
  const options: EnqueueOptions = { fairnessGroup: `user-${userId}`, trace, requestedBy };
  await outbox.enqueue(tx, "move-photo-files", { photoId, from }, options);
  const old = { slug, fileKey: from, original: false };
  const runAt = new Date(now.getTime() + deleteAgainMs);
  await outbox.enqueue(tx, "delete-photo-files", old, { ...options, runAt });
}
