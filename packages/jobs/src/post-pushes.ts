import { findPushSubscriptionIds, insertPushMessage, type Database } from "@tendril/database";

import type { Outbox } from "./outbox.ts";

export type Push = {
  userId: number;
  /** Each browser of a person gets one push per event, whatever is repeated. */
  event: string;
  /** Its words are found when it is sent. Null for a test, which has words of its own. */
  notificationId: number | null;
  trace: string;
  /** To this browser alone; to each that the person subscribed with, if not said. */
  subscriptionId?: number;
};

/** A push for each browser that the person subscribed with, and the jobs that send them. */
export async function postPushes(
  outbox: Outbox,
  tx: Database,
  { trace, subscriptionId, ...push }: Push,
): Promise<void> {
  const { userId } = push;
  const subscribed = await findPushSubscriptionIds(tx, userId);
  const options = { fairnessGroup: `user-${userId}`, trace, requestedBy: userId };
  for (const id of subscribed) {
    if (subscriptionId !== undefined && id !== subscriptionId) continue;
    const pushId = await insertPushMessage(tx, { ...push, subscriptionId: id });
    if (pushId !== null) await outbox.enqueue(tx, "send-push", { pushId }, options);
  }
}
