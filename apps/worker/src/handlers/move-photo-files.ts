import { findPhotoById, type PhotoRow } from "@tendril/database";
import { copyVariants } from "@tendril/storage";

import type { WorkerContext } from "../context.ts";
import { failAndTell } from "../fail-photo.ts";
import { processAgain } from "../process-again.ts";
import { publish } from "../publish-photo.ts";
import type { Handler } from "./index.ts";

/** The photo was given a new key: its files follow, and whoever knows the old addresses finds nothing there. */
export const movePhotoFiles: Handler<"move-photo-files"> = {
  async run(context, { photoId, from }, { signal, trace, requestedBy }) {
    const photo = await findPhotoById(context.db, photoId);
    const awaited = photo?.status === "processing" && !photo.removedAt;
    const moved = awaited && (await copyFiles(context, photo, from, signal));
    return {
      state: photo ? "done" : "skipped",
      async effects(tx) {
        if (!photo) return;
        const { slug, userId, fileKey } = photo;
        if (moved) await publish(context, tx, photo, photo, trace);
        else if (awaited) await processAgain(context.outbox, tx, photo, trace);
        if (fileKey === from) return;
        const old = { slug, fileKey: from, original: false };
        const options = { fairnessGroup: `user-${userId}`, trace, requestedBy };
        await context.outbox.enqueue(tx, "delete-photo-files", old, options);
      },
    };
  },

  async giveUp(context, tx, { photoId }, { trace }) {
    await failAndTell(context, tx, photoId, { failure: "gave-up", trace });
  },
};

/** False when they are gone already: then they are made again from the original. */
async function copyFiles(
  { storage }: WorkerContext,
  { width, height, fileKey: to }: PhotoRow,
  from: string,
  signal: AbortSignal,
): Promise<boolean> {
  if (width === null || height === null) return false;
  return copyVariants(storage, { from, to, photo: { width, height } }, signal);
}
