import { findAwaitedRestores, transaction, type PhotoRow } from "@tendril/database";
import { UnavailableError } from "@tendril/runtime";
import { lookAtOriginal } from "@tendril/storage";

import type { WorkerContext } from "../context.ts";
import { settleRestore } from "../restores.ts";
import type { Handler } from "./index.ts";

/** S3 is asked for so many at the same time. */
const pageSize = 20;

/** Looks at every original that somebody waits for. Each is settled by itself, once, whoever looks beside. */
export const checkRestores: Handler<"check-restores"> = {
  async run(context, _tick, { signal }) {
    const troubles: unknown[] = [];
    for (let afterId = 0; ;) {
      const page = await findAwaitedRestores(context.db, { afterId, limit: pageSize });
      const looks = await Promise.allSettled(page.map((photo) => check(context, photo, signal)));
      troubles.push(...looks.flatMap((look) => (look.status === "rejected" ? look.reason : [])));
      const away = troubles.find((trouble) => trouble instanceof UnavailableError);
      if (away) throw away;
      signal.throwIfAborted();
      const last = page.at(-1);
      if (!last) break;
      afterId = last.id;
    }
    // One that cannot be looked at keeps nobody else waiting.
    if (troubles.length > 0) throw new AggregateError(troubles);
    return { state: "done" };
  },
};

async function check(context: WorkerContext, photo: PhotoRow, signal: AbortSignal): Promise<void> {
  const original = await lookAtOriginal(context.storage, photo.slug, { abortSignal: signal });
  await transaction(context.db, (tx) => settleRestore(context, tx, photo, original));
}
