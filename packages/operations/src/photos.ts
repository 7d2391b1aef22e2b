import {
  bumpGalleryVersion,
  closeReports,
  findPhotoBySlug,
  hidePhotoRow,
  transaction,
  unhidePhotoRow,
  type Database,
  type PhotoRow,
} from "@tendril/database";
import { rehouse } from "@tendril/jobs";
import { ConflictError, NotFoundError } from "@tendril/runtime";

import { recordAction } from "./actions.ts";
import type { OperationsContext, Operator } from "./context.ts";

/** `slug` may be the photo's whole address. */
export async function findAnyPhoto({ db }: { db: Database }, slug: string): Promise<PhotoRow> {
  const name = slug.split("/").findLast((part) => part !== "") ?? slug;
  const photo = await findPhotoBySlug(db, name);
  if (!photo) throw new NotFoundError(`There is no photo ${name}. Its owner may have deleted it.`);
  return photo;
}

export type Decision = { slug: string; reason: string; trace: string };

/**
 * Out of everything that people see, within a second on every instance; its files get new addresses, so that nobody
 * finds them at the old ones. Its owner is told, and still sees that it is there and why it is hidden.
 */
export function hidePhoto(
  { db, clock, outbox }: OperationsContext,
  operator: Operator,
  { slug, reason, trace }: Decision,
): Promise<PhotoRow> {
  return transaction(db, async (tx) => {
    const photo = await findAnyPhoto({ db: tx }, slug);
    const at = clock.now();
    if (!(await hidePhotoRow(tx, photo.id, { at, reason })))
      throw new ConflictError(`Photo ${photo.slug} is hidden already.`);
    await rehouse(outbox, tx, photo, { now: at, trace });
    const reports = await closeReports(tx, photo.id, { state: "hidden", at });
    const told = { kind: "hidden" as const, groupKey: `hidden:${photo.id}`, photoId: photo.id };
    const { userId } = photo;
    await outbox.enqueue(
      tx,
      "notify-person",
      { ...told, userId, actorId: null, commentId: null },
      { fairnessGroup: `user-${userId}`, trace, requestedBy: userId },
    );
    const after = { hidden: true, reports };
    await record(tx, { clock }, operator, "photo hide", photo, { reason, after });
    await bumpGalleryVersion(tx);
    return photo;
  });
}

/** Back to where it was. */
export function unhidePhoto(
  { db, clock }: OperationsContext,
  operator: Operator,
  { slug, reason }: Omit<Decision, "trace">,
): Promise<PhotoRow> {
  return transaction(db, async (tx) => {
    const photo = await findAnyPhoto({ db: tx }, slug);
    if (!(await unhidePhotoRow(tx, photo.id)))
      throw new ConflictError(`Photo ${photo.slug} is not hidden.`);
    const after = { hidden: false };
    await record(tx, { clock }, operator, "photo unhide", photo, { reason, after });
    await bumpGalleryVersion(tx);
    return photo;
  });
}

async function record(
  tx: Database,
  { clock }: Pick<OperationsContext, "clock">,
  operator: Operator,
  action: string,
  photo: PhotoRow,
  { reason, after }: { reason: string; after: object },
): Promise<void> {
  const before = { hidden: photo.hiddenAt !== null, why: photo.hiddenReason };
  const subject = { kind: "photo" as const, id: photo.slug };
  await recordAction(tx, clock, operator, { action, subject, reason, before, after });
}
