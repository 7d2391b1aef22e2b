import {
  findVisiblePhoto,
  hasReported,
  insertReport,
  reportReasons,
  type VisiblePhoto,
} from "@tendril/database";
import { ForbiddenError, NotFoundError } from "@tendril/runtime";
import { z } from "zod";

import type { WebContext } from "../context.ts";
import type { SignedIn } from "../http/sessions.ts";
import { tidy } from "../http/typed-text.ts";

export const reportForm = z.object({
  reason: z.enum(reportReasons, "Choose what is wrong with it."),
  text: z.string().overwrite(tidy).max(1_000, "1,000 characters are enough.").default(""),
});

export type Reportable = { photo: VisiblePhoto; isReported: boolean };

/** Somebody else's photo that the viewer can see. */
export async function findReportable(
  { db }: WebContext,
  viewer: SignedIn,
  slug: string,
): Promise<Reportable> {
  const photo = await findVisiblePhoto(db, viewer, slug);
  if (!photo) throw new NotFoundError("There is no such photo. It may have been deleted.");
  if (photo.userId === viewer.id)
    throw new ForbiddenError("This is your own photo: you can delete it on its page.");
  return { photo, isReported: await hasReported(db, photo.id, viewer.id) };
}

/** One per person and photo: saying it again changes nothing. */
export async function report(
  context: WebContext,
  viewer: SignedIn,
  slug: string,
  { reason, text }: z.output<typeof reportForm>,
): Promise<void> {
  const { photo } = await findReportable(context, viewer, slug);
  const createdAt = context.clock.now();
  const about = { photoId: photo.id, reporterId: viewer.id };
  if (await insertReport(context.db, { ...about, reason, text, createdAt }))
    context.logger.info({ ...about, reason }, "a photo was reported");
}
