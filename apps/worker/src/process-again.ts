import type { Database, PhotoRow } from "@tendril/database";
import type { Outbox } from "@tendril/jobs";

/** For photos that are processing and whose job is over or lost. While one waits, no second one is made. */
export async function processAgain(
  outbox: Outbox,
  tx: Database,
  { id, userId }: Pick<PhotoRow, "id" | "userId">,
  trace: string,
): Promise<void> {
  const options = { fairnessGroup: `user-${userId}`, trace, requestedBy: userId };
  const dedupeKey = `process-photo:${id}`;
  await outbox.enqueue(tx, "process-photo", { photoId: id }, { ...options, dedupeKey });
}
