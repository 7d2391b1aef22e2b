import { findPhotoById } from "@tendril/database";
import { lookAtOriginal, restoreOriginal as askS3 } from "@tendril/storage";

import { endWish, settleRestore } from "../restores.ts";
import type { Handler } from "./index.ts";

/** Takes the wish for an archived original to S3, which needs hours for it; `check-restores` sees when it is there. */
export const restoreOriginal: Handler<"restore-original"> = {
  async run(context, { photoId }, { signal }) {
    const photo = await findPhotoById(context.db, photoId);
    if (!photo || photo.removedAt || photo.restoreState !== "requested")
      return { state: "skipped" };
    await askS3(context.storage, photo.slug, signal);
    // It may be at hand already, or not exist at all.
    const original = await lookAtOriginal(context.storage, photo.slug, { abortSignal: signal });
    return { state: "done", effects: (tx) => settleRestore(context, tx, photo, original) };
  },

  async giveUp(context, tx, { photoId }, { trace }) {
    await endWish(context, tx, photoId, { failure: "gave-up", trace });
  },
};
