import type { PushToSend } from "@tendril/database";
import type { NotificationWords, Vapid } from "@tendril/notifications";
import { days } from "@tendril/runtime";
import webPush from "web-push";

import type { PushRequest } from "./post.ts";

/** What is older is not worth an interruption; it is on the page of notifications. */
export const freshMs = days(1);

/** Names have an end, but push services have one, too: 4 KB for all. */
const longestTitle = 200;

/** The encrypted message, signed by us, for the one browser that can read it. */
export function composePush(
  vapid: Vapid,
  { notificationId, createdAt }: Pick<PushToSend, "notificationId" | "createdAt">,
  subscription: { endpoint: string; p256dh: string; auth: string },
  words: NotificationWords,
  now: Date,
): PushRequest {
  const { endpoint, p256dh, auth } = subscription;
  // A device that was away is given the latest of each notification, and shows no two of it.
  const topic = notificationId === null ? "test" : `notification-${notificationId}`;
  const payload = { ...words, title: words.title.slice(0, longestTitle), tag: topic };
  const left = freshMs - (now.getTime() - createdAt.getTime());
  const { headers, body } = webPush.generateRequestDetails(
    { endpoint, keys: { p256dh, auth } },
    JSON.stringify(payload),
    {
      vapidDetails: vapid,
      TTL: Math.max(0, Math.floor(left / 1_000)),
      urgency: notificationId === null ? "high" : "normal",
      topic,
      contentEncoding: "aes128gcm",
    },
  );
  return { url: new URL(endpoint), headers: textual(headers), body };
}

function textual(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

export const testWords: NotificationWords = {
  title: "Notifications work",
  text: "This is how Tendril tells you what happens to your photos.",
  path: "/settings/push",
};
