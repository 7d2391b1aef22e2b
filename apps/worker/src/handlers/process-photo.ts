import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { findPhotoById, type PhotoRow } from "@tendril/database";
import { askForOriginal } from "@tendril/jobs";
import {
  discardIncoming,
  downloadUpload,
  keepOriginal,
  putVariant,
  type PhotoFailure,
} from "@tendril/storage";

import type { WorkerContext } from "../context.ts";
import { failAndTell } from "../fail-photo.ts";
import { UnreadableImageError, type ProcessedImage } from "../images/index.ts";
import { publish } from "../publish-photo.ts";
import type { Handler, Outcome } from "./index.ts";

export const processPhoto: Handler<"process-photo"> = {
  async run(context, { photoId }, { signal, trace, requestedBy }) {
    const photo = await findPhotoById(context.db, photoId);
    if (!photo || photo.status !== "processing" || photo.removedAt) return { state: "skipped" };

    await using directory = await mkdtempDisposable(join(tmpdir(), "tendril-photo-"));
    const original = join(directory.path, "original");
    const found = await downloadUpload(context.storage, photo.slug, original, signal);
    const fail = (failure: PhotoFailure): Outcome => ({
      state: "done",
      // The job did what it can; the photo's owner is told why there is no picture.
      async effects(tx) {
        const failed = await failAndTell(context, tx, photo.id, { failure, trace });
        if (!failed || found !== "incoming") return;
        // Gone once that is noted: without the file another attempt would say that it never arrived.
        const { slug, fileKey, userId } = photo;
        const options = { fairnessGroup: `user-${userId}`, trace, requestedBy };
        const files = { slug, fileKey, original: true };
        await context.outbox.enqueue(tx, "delete-photo-files", files, options);
      },
    });
    if (!found) return fail("never-arrived");
    if (found === "archived") return awaitOriginal(context, photo, trace);

    let image: ProcessedImage;
    try {
      image = await context.images.process(original, { directory: directory.path, signal });
    } catch (error) {
      if (!(error instanceof UnreadableImageError)) throw error;
      return fail(error.reason);
    }
    if (found === "incoming")
      await keepOriginal(context.storage, photo.slug, original, image.contentType);
    await Promise.all(
      image.variants.map((variant) => putVariant(context.storage, photo.fileKey, variant)),
    );
    await discardIncoming(context.storage, photo.slug);
    const digest = await sha256(original);
    return {
      state: "done",
      effects: (tx) => publish(context, tx, photo, { ...image, sha256: digest }, trace),
    };
  },

  async giveUp(context, tx, { photoId }, { trace }) {
    await failAndTell(context, tx, photoId, { failure: "gave-up", trace });
  },
};

/** `check-restores` has the photo processed when its original is back. */
function awaitOriginal({ outbox, clock }: WorkerContext, photo: PhotoRow, trace: string): Outcome {
  const wish = { photo, purpose: "processing" as const, at: clock.now(), trace };
  return { state: "done", effects: async (tx) => void (await askForOriginal(outbox, tx, wish)) };
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
