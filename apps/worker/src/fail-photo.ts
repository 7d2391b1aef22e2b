import {
  failPhoto,
  findPhotoById,
  noteFailureTold,
  type Database,
  type NotificationKind,
  type PhotoRow,
} from "@tendril/database";
import type { PhotoFailure } from "@tendril/storage";

import type { WorkerContext } from "./context.ts";
import { countEventFor } from "./count-event.ts";

type Parts = Pick<WorkerContext, "outbox" | "clock">;

/** The photo is given up, and its owner is told why; false when it was not on its way any more. */
export async function failAndTell(
  context: Parts,
  tx: Database,
  photoId: number,
  { failure, trace }: { failure: PhotoFailure; trace: string },
): Promise<boolean> {
  if (!(await failPhoto(tx, photoId, failure))) return false;
  const photo = await findPhotoById(tx, photoId);
  if (!photo || photo.removedAt) return true;
  await noteFailureTold(tx, photoId, context.clock.now());
  await tellOwner(context, tx, photo, "failed", trace);
  return true;
}

/** For the transaction in which a photo is ready: whoever was told that it had failed is told that, too. */
export async function tellIfMended(
  context: Parts,
  tx: Database,
  photo: PhotoRow,
  trace: string,
): Promise<void> {
  if (!photo.failureToldAt) return;
  await noteFailureTold(tx, photo.id, null);
  await tellOwner(context, tx, photo, "mended", trace);
}

/** All of one person's that fail within minutes are told as one. */
function tellOwner(
  context: Parts,
  tx: Database,
  { id, userId }: PhotoRow,
  kind: Extract<NotificationKind, "failed" | "mended">,
  trace: string,
): Promise<void> {
  const about = { actorId: userId, photoId: id, commentId: null };
  const event = { kind, groupKey: kind, ...about, count: 1, firstAt: context.clock.now() };
  return countEventFor(context, tx, [userId], event, trace);
}
