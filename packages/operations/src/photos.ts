import {
  bumpGalleryVersion,
  closeReports,
  dismissReportsOfHidden,
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

export type Decision = { slug: string; reason: string };

/** What an owner reads when nobody wrote them anything. */
export const hiddenUnlessTold = "It does not belong in this gallery.";

/**
 * Out of everything that people see, within a second on every instance; its files get new addresses, so that nobody
 * finds them at the old ones. Its owner is told, still sees that it is there, and reads what is in `tell`: the
 * reason is for the record alone, as it may name who complained.
 */
export function hidePhoto(
  { db, clock, outbox }: OperationsContext,
  operator: Operator,
  { slug, reason, tell, trace }: Decision & { tell?: string | undefined; trace: string },
): Promise<PhotoRow> {
  return transaction(db, async (tx) => {
    const photo = await findAnyPhoto({ db: tx }, slug);
    const at = clock.now();
    const told = tell || hiddenUnlessTold;
    if (!(await hidePhotoRow(tx, photo.id, { at, reason: told })))
      throw new ConflictError(`Photo ${photo.slug} is hidden already.`);
    const requestedBy = operator.userId;
    await rehouse(outbox, tx, photo, { now: at, trace, requestedBy });
    const reports = await closeReports(tx, photo.id, { state: "hidden", at });
    const event = { kind: "hidden" as const, groupKey: `hidden:${photo.id}`, photoId: photo.id };
    const { userId } = photo;
    await outbox.enqueue(
      tx,
      "notify-person",
      { ...event, userId, actorId: null, commentId: null },
      { fairnessGroup: `user-${userId}`, trace, requestedBy },
    );
    const after = { hidden: true, told, reports };
    await record(tx, { clock }, operator, "photo hide", photo, { reason, after });
    await bumpGalleryVersion(tx);
    return photo;
  });
}

/** Back to where it was; the reports for which it was hidden are settled with that. */
export function unhidePhoto(
  { db, clock }: OperationsContext,
  operator: Operator,
  { slug, reason }: Decision,
): Promise<PhotoRow> {
  return transaction(db, async (tx) => {
    const photo = await findAnyPhoto({ db: tx }, slug);
    if (!(await unhidePhotoRow(tx, photo.id)))
      throw new ConflictError(`Photo ${photo.slug} is not hidden.`);
    const reports = await dismissReportsOfHidden(tx, photo.id, clock.now());
    const after = { hidden: false, reports };
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
  const before = { hidden: photo.hiddenAt !== null, told: photo.hiddenReason };
  const subject = { kind: "photo" as const, id: photo.slug };
  await recordAction(tx, clock, operator, { action, subject, reason, before, after });
}
