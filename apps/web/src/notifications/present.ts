import type { ListedNotification } from "@tendril/database";
import { describeNotification } from "@tendril/notifications";
import type { Storage } from "@tendril/storage";

import { presentMoment } from "../presenters/dates.ts";
import { presentSmallPicture } from "../presenters/small-picture.ts";

export function presentNotification(
  storage: Pick<Storage, "cdnBaseUrl">,
  notification: ListedNotification,
  now: Date,
) {
  const { id, count, lastAt, readAt, actorName } = notification;
  const { title, text, path } = describeNotification(notification);
  return {
    title,
    text,
    path,
    unread: readAt === null,
    at: presentMoment(lastAt, now),
    /** Says what its reader has seen: with more events by then it is not read. */
    seen: `${id}.${count}`,
    initial: actorName === null ? null : ([...actorName][0] ?? null),
    picture: presentSmallPicture(storage, {
      fileKey: notification.photoFileKey,
      width: notification.photoWidth,
      height: notification.photoHeight,
    }),
  };
}
