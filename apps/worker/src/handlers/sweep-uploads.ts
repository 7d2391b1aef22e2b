import {
  findForgottenPhotos,
  findStaleUploads,
  startProcessing,
  transaction,
  type PhotoRow,
} from "@tendril/database";
import { continueTickJob } from "@tendril/jobs";
import { hours } from "@tendril/runtime";
import { incomingBytes } from "@tendril/storage";

import type { WorkerContext } from "../context.ts";
import { failAndTell } from "../fail-photo.ts";
import { processAgain } from "../process-again.ts";
import type { Handler } from "./index.ts";

/** A policy lasts ten minutes, and a slow line may take long for a large file. */
const patienceMs = hours(2);
/** Few enough for the job's time, even when S3 is slow. */
const passSize = 50;

/** Photos that would stay on their way for ever. Each is settled by itself: none is held up by another. */
export const sweepUploads: Handler<"sweep-uploads"> = {
  async run(context, { scheduledAt }, { signal }) {
    const { db, clock, logger, outbox } = context;
    const before = new Date(clock.now().getTime() - patienceMs);
    const stale = await findStaleUploads(db, before, passSize);
    for (const photo of stale) {
      signal.throwIfAborted();
      await settle(context, photo);
    }
    const forgotten = await findForgottenPhotos(db, before, passSize);
    for (const photo of forgotten) {
      signal.throwIfAborted();
      logger.error({ photo: photo.id }, "a photo was processing without a job; it has one again");
      await transaction(db, (tx) => processAgain(outbox, tx, photo, `sweep-${photo.slug}`));
    }
    const isMore = stale.length === passSize || forgotten.length === passSize;
    return {
      state: "done",
      effects: async (tx) => {
        if (isMore) await continueTickJob(outbox, tx, "sweep-uploads", scheduledAt);
      },
    };
  },
};

/** An upload that never said how it ended: what arrived is taken in, what did not is told to its owner. */
async function settle(context: WorkerContext, photo: PhotoRow): Promise<void> {
  const bytes = await incomingBytes(context.storage, photo.slug);
  await transaction(context.db, async (tx) => {
    const trace = `sweep-${photo.slug}`;
    if (bytes === null) {
      await failAndTell(context, tx, photo.id, { failure: "never-arrived", trace });
    } else if (await startProcessing(tx, photo.id, { originalBytes: bytes, trace })) {
      await processAgain(context.outbox, tx, photo, trace);
    }
  });
}
