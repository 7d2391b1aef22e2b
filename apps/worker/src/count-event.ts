import { countEvent, type Database, type NotificationEvent } from "@tendril/database";
import { closesAt, windowRules } from "@tendril/notifications";

import type { WorkerContext } from "./context.ts";

/** An event becomes part of these people's notifications, and each window that it opens gets the job that closes it. */
export async function countEventFor(
  { outbox, clock }: Pick<WorkerContext, "outbox" | "clock">,
  tx: Database,
  userIds: readonly number[],
  event: NotificationEvent,
  trace: string,
): Promise<void> {
  const rules = windowRules(clock.now());
  const opened = await countEvent(tx, userIds, event, rules);
  const runAt = closesAt({ windowFrom: rules.now, lastAt: rules.now });
  await outbox.enqueueAll(
    tx,
    "tell-notification",
    opened.map(({ id, userId }) => ({
      payload: { notificationId: id },
      options: tellOptions({ id, userId }, runAt, trace),
    })),
  );
}

/** However often it is asked for, one job at a time waits to tell of a notification. */
export function tellOptions(
  { id, userId }: { id: number; userId: number },
  runAt: Date,
  trace: string,
) {
  return { fairnessGroup: `user-${userId}`, trace, runAt, dedupeKey: `tell:${id}` };
}
