import {
  failPhoto,
  findForgottenPhotos,
  findStaleUploads,
  startProcessing,
  transaction,
  type PhotoRow,
} from "@tendril/database";
import { hours } from "@tendril/runtime";
import { incomingBytes, type PhotoFailure } from "@tendril/storage";

import type { WorkerContext } from "./context.ts";
import { processAgain } from "./process-again.ts";

/** A policy lasts ten minutes, and a slow line may take long for a large file. */
const patienceMs = hours(2);
const passSize = 100;

/** Photos that would stay on their way for ever. */
export async function sweepUploads(context: WorkerContext): Promise<void> {
  const before = new Date(context.clock.now().getTime() - patienceMs);
  for (const photo of await findStaleUploads(context.db, before, passSize)) {
    await settle(context, photo);
  }
  for (const photo of await findForgottenPhotos(context.db, before, passSize)) {
    context.logger.error(
      { photo: photo.id },
      "a photo was processing without a job; it has one again",
    );
    await transaction(context.db, (tx) =>
      processAgain(context.outbox, tx, photo, `sweep-${photo.slug}`),
    );
  }
}

/** An upload that never said how it ended: what arrived is taken in, what did not is told to its owner. */
async function settle(context: WorkerContext, photo: PhotoRow): Promise<void> {
  const bytes = await incomingBytes(context.storage, photo.slug);
  await transaction(context.db, async (tx) => {
    if (bytes === null) {
      await failPhoto(tx, photo.id, "never-arrived" satisfies PhotoFailure);
    } else if (await startProcessing(tx, photo.id, bytes)) {
      await processAgain(context.outbox, tx, photo, `sweep-${photo.slug}`);
    }
  });
}
