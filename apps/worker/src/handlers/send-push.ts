import {
  closePushMessage,
  findNotification,
  findPushToSend,
  findUserById,
  markPushNotSent,
  markPushSending,
  notePushSuccess,
  removePushSubscription,
  removeUnprovenPushSubscription,
  type PushStatus,
  type PushToSend,
} from "@tendril/database";
import {
  describeNotification,
  endpointProblem,
  type NotificationWords,
} from "@tendril/notifications";
import { AppError, checkpoint } from "@tendril/runtime";

import type { WorkerContext } from "../context.ts";
import { composePush, freshMs, testWords } from "../push/compose.ts";
import { sendPush as send, type PushOutcome } from "../push/send.ts";
import type { Handler, Outcome } from "./index.ts";

export const sendPush: Handler<"send-push"> = {
  async run(context, { pushId }, { signal }) {
    const { db, clock, push: sender } = context;
    const push = await findPushToSend(db, pushId);
    if (!push || (push.status !== "waiting" && push.status !== "sending"))
      return { state: "skipped" };
    const close = (status: Closed, why: string) => closed(context, push, status, why);
    // An earlier attempt got as far as the call and did not note its end: once more might be twice.
    if (push.status === "sending") return close("unknown", "The worker died during the call");

    const { endpoint, p256dh, auth } = push;
    if (endpoint === null || p256dh === null || auth === null)
      return close("gone", "The browser was forgotten");
    const words = await whatToSay(context, push);
    if (typeof words === "string") return close("skipped", words);
    if (!sender) return close("skipped", "There are no keys for pushes");
    const problem = endpointProblem(endpoint, context.config);
    if (problem !== null) return close("refused", `The endpoint ${problem}`);

    const subscription = { endpoint, p256dh, auth };
    const request = composePush(sender.vapid, push, subscription, words, clock.now());
    const begin = async () => {
      // One that was held up for longer than its lease must not go on where another has been since.
      if (!(await markPushSending(db, push.id, clock.now())))
        throw new Error("Another attempt is just sending this push");
    };
    const outcome = await send(sender, request, { begin, signal, now: () => clock.now() });
    return end(context, push, outcome);
  },

  async giveUp(_context, tx, { pushId }) {
    const push = await findPushToSend(tx, pushId);
    if (push) await removeUnprovenPushSubscription(tx, push.subscriptionId);
  },
};

type Closed = Exclude<PushStatus, "waiting" | "sending" | "sent">;

/** As things are now; a string says why nobody wants to hear it any more. */
async function whatToSay(
  { db, clock }: WorkerContext,
  { userId, notificationId, createdAt }: PushToSend,
): Promise<NotificationWords | string> {
  const user = await findUserById(db, userId);
  if (!user || user.suspendedAt) return "The person is gone";
  if (clock.now().getTime() - createdAt.getTime() >= freshMs) return "It is too old";
  if (notificationId === null) return testWords;
  const notification = await findNotification(db, notificationId);
  if (!notification) return "The notification is gone";
  return notification.readAt ? "It was read meanwhile" : describeNotification(notification);
}

function closed({ clock }: WorkerContext, push: PushToSend, status: Closed, why: string): Outcome {
  const at = clock.now();
  return {
    state: status === "skipped" || status === "gone" ? "skipped" : "done",
    effects: (tx) => closePushMessage(tx, push.id, status, { at, error: why }),
  };
}

async function end(
  context: WorkerContext,
  push: PushToSend,
  outcome: PushOutcome,
): Promise<Outcome> {
  const at = context.clock.now();
  switch (outcome.kind) {
    case "sent":
      checkpoint("push-sent");
      return {
        state: "done",
        async effects(tx) {
          await closePushMessage(tx, push.id, "sent", { at });
          await notePushSuccess(tx, push.subscriptionId, at);
        },
      };
    case "gone":
      return {
        state: "done",
        async effects(tx) {
          await closePushMessage(tx, push.id, "gone", { at, error: outcome.why });
          await removePushSubscription(tx, push.subscriptionId, push.userId);
        },
      };
    case "not-sent": {
      await markPushNotSent(context.db, push.id, outcome.why);
      const retry = { code: "push-not-sent", status: 503, retryAfter: outcome.retryAfterSeconds };
      throw new AppError(outcome.why, retry);
    }
    case "refused":
    case "unknown":
      return closed(context, push, outcome.kind, outcome.why);
  }
}
