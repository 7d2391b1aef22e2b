import { retryPhoto, transaction, type PhotoRow } from "@tendril/database";
import { ConflictError } from "@tendril/runtime";
import { isUploadKept, isWorthRetrying } from "@tendril/storage";

import type { WebContext } from "../context.ts";
import { ownPhoto, type Owner } from "./owner.ts";

/**
 * Has a failed photo processed once more, from what was kept of it. Pressed twice it is one job;
 * a photo that is on its way or ready stays as it is.
 */
export async function retry(
  context: WebContext,
  owner: Owner,
  slug: string,
  trace: string,
): Promise<Pick<PhotoRow, "slug" | "status">> {
  const { db, storage, outbox } = context;
  const photo = await ownPhoto(db, owner, slug);
  const { id, userId, status } = photo;
  if (status === "uploading")
    throw new ConflictError("This photo has not arrived yet. Send the file again.");
  if (status !== "failed") return { slug, status };
  if (!isWorthRetrying(photo.failure))
    throw new ConflictError("Trying again with the same file would end the same way.");
  if (!(await isUploadKept(storage, slug)))
    throw new ConflictError("Nothing of this file is here any more. Send it again.");

  await transaction(db, async (tx) => {
    if (!(await retryPhoto(tx, id))) return;
    const options = { fairnessGroup: `user-${userId}`, trace, requestedBy: userId };
    const dedupeKey = `process-photo:${id}`;
    await outbox.enqueue(tx, "process-photo", { photoId: id }, { ...options, dedupeKey });
  });
  return { slug, status: "processing" };
}
