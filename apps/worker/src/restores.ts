import {
  endRestore,
  findPhotoById,
  noteRestored,
  type Database,
  type PhotoRow,
} from "@tendril/database";
import { days } from "@tendril/runtime";
import type { OriginalState, PhotoFailure } from "@tendril/storage";

import type { WorkerContext } from "./context.ts";
import { failAndTell } from "./fail-photo.ts";
import { processAgain } from "./process-again.ts";

/** S3 needs up to half a day, or two when it is asked for very much at once. What takes longer never comes. */
const patienceMs = days(3);

type Wish = Pick<PhotoRow, "id" | "slug" | "userId" | "restoreAskedAt">;

/** What a look at S3 means for somebody's wish to have an original back; for most looks nothing yet. */
export async function settleRestore(
  context: WorkerContext,
  tx: Database,
  wish: Wish,
  original: OriginalState,
): Promise<void> {
  if (original.kind === "readable") return hasCome(context, tx, wish, original.until);
  const waitedMs = context.clock.now().getTime() - Number(wish.restoreAskedAt);
  if (original.kind === "archived" && waitedMs < patienceMs) return;
  const failure = original.kind === "missing" ? "never-arrived" : "gave-up";
  const trace = `restore-${wish.slug}`;
  if (!(await endWish(context, tx, wish.id, { failure, trace }))) return;
  context.logger.error(
    { photo: wish.id, original: original.kind, askedAt: wish.restoreAskedAt },
    "an original did not come back from the archive; its owner can ask again",
  );
}

async function hasCome(
  { outbox }: WorkerContext,
  tx: Database,
  { id, slug, userId }: Wish,
  until: Date | null,
): Promise<void> {
  if (!(await noteRestored(tx, id, until))) return;
  const photo = await findPhotoById(tx, id);
  if (!photo) return;
  const trace = `restore-${slug}`;
  if (photo.status === "processing") await processAgain(outbox, tx, photo, trace);
  if (photo.restoreFor !== "download") return;
  const told = { kind: "original" as const, groupKey: `original:${id}`, photoId: id };
  await outbox.enqueue(
    tx,
    "notify-person",
    { ...told, userId, actorId: null, commentId: null },
    { fairnessGroup: `user-${userId}`, trace, requestedBy: userId },
  );
}

/** Ends it without the original; false when it had ended. A photo that waited for it cannot be made ready. */
export async function endWish(
  context: WorkerContext,
  tx: Database,
  id: number,
  why: { failure: PhotoFailure; trace: string },
): Promise<boolean> {
  if (!(await endRestore(tx, id))) return false;
  const photo = await findPhotoById(tx, id);
  // One that is processing for another reason does not depend on it.
  if (photo?.restoreFor === "processing") await failAndTell(context, tx, id, why);
  return true;
}
