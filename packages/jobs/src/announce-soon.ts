import type { Database } from "@tendril/database";
import { seconds } from "@tendril/runtime";

import type { Outbox } from "./outbox.ts";

/** Photos that are sent together become public one after the other; those of so many seconds are one event. */
const togetherMs = seconds(15);

/** In the transaction that makes a photo public: its photographer's followers are told of all that is new. */
export async function announceSoon(
  outbox: Outbox,
  tx: Database,
  photographerId: number,
  now: Date,
  trace: string,
): Promise<void> {
  await outbox.enqueue(
    tx,
    "announce-photos",
    { photographerId },
    {
      fairnessGroup: `user-${photographerId}`,
      trace,
      runAt: new Date(now.getTime() + togetherMs),
      dedupeKey: `announce:${photographerId}`,
    },
  );
}
