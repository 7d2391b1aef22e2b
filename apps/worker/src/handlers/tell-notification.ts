import {
  closeUntold,
  findPreferences,
  findUserById,
  lockNotification,
  markTold,
  type Database,
  type NotificationWindow,
} from "@tendril/database";
import { postMail, postPushes } from "@tendril/jobs";
import { closesAt, isWanted } from "@tendril/notifications";

import type { WorkerContext } from "../context.ts";
import { tellOptions } from "../count-event.ts";
import type { Handler } from "./index.ts";

/** Closes a notification's window, and writes the mail and the pushes that tell what came in it. */
export const tellNotification: Handler<"tell-notification"> = {
  async run(context, { notificationId }, { trace }) {
    return {
      state: "done",
      // All of it while the row is locked: an event comes before, and is told, or after, and is counted.
      effects: (tx) => closeWindow(context, tx, notificationId, trace),
    };
  },
};

async function closeWindow(
  context: WorkerContext,
  tx: Database,
  id: number,
  trace: string,
): Promise<void> {
  const { outbox, clock } = context;
  const now = clock.now();
  const notification = await lockNotification(tx, id);
  if (!notification?.windowFrom) return;
  const { windowFrom, lastAt, readAt } = notification;
  if (readAt) return closeUntold(tx, id);

  const due = closesAt({ windowFrom, lastAt });
  if (now < due) {
    const options = tellOptions(notification, due, trace);
    await outbox.enqueue(tx, "tell-notification", { notificationId: id }, options);
    return;
  }
  await markTold(tx, id, now);
  await tell(context, tx, notification, now, trace);
}

async function tell(
  { outbox }: WorkerContext,
  tx: Database,
  { id, userId, kind, firstAt, toldAt, telling }: NotificationWindow,
  now: Date,
  trace: string,
): Promise<void> {
  const user = await findUserById(tx, userId);
  if (!user || user.suspendedAt) return;
  const preferences = await findPreferences(tx, userId);
  const event = `notification:${id}:${telling + 1}`;
  if (user.emailVerifiedAt && isWanted(preferences, kind, "mail")) {
    // What came since it was told last, also what was only counted then.
    const about = {
      notificationId: id,
      from: (toldAt ?? firstAt).toISOString(),
      until: now.toISOString(),
    };
    const { email: recipient } = user;
    await postMail(outbox, tx, {
      userId,
      recipient,
      template: "notification",
      event,
      about,
      trace,
    });
  }
  if (isWanted(preferences, kind, "push")) {
    await postPushes(outbox, tx, { userId, event, notificationId: id, trace });
  }
}
