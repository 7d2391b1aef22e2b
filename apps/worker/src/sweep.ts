import { failPhoto, findStaleUploads, startProcessing, transaction } from "@tendril/database";
import { hours } from "@tendril/runtime";
import { incomingBytes, type PhotoFailure } from "@tendril/storage";

import type { WorkerContext } from "./context.ts";

/** A policy lasts ten minutes, and a slow line may take long for a large file. */
const patienceMs = hours(2);
const passSize = 100;

/** Uploads that never said how they ended: what arrived is taken in, what did not is told to its owner. */
export async function sweepUploads({ db, storage, outbox, clock }: WorkerContext): Promise<void> {
  const before = new Date(clock.now().getTime() - patienceMs);
  for (const photo of await findStaleUploads(db, before, passSize)) {
    const bytes = await incomingBytes(storage, photo.slug);
    await transaction(db, async (tx) => {
      if (bytes === null)
        return void (await failPhoto(tx, photo.id, "never-arrived" satisfies PhotoFailure));
      if (!(await startProcessing(tx, photo.id, bytes))) return;
      const options = {
        fairnessGroup: `user-${photo.userId}`,
        trace: `sweep-${photo.slug}`,
        requestedBy: photo.userId,
      };
      await outbox.enqueue(tx, "process-photo", { photoId: photo.id }, options);
    });
  }
}
