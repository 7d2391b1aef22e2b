import type { ListedNotification } from "@tendril/database";
import { describeNotification } from "@tendril/notifications";
import {
  fallbackWidth,
  jpegName,
  variantUrl,
  variantWidths,
  webpName,
  type Storage,
} from "@tendril/storage";

import { presentMoment } from "../presenters/dates.ts";

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
    picture: pictureOf(storage, notification),
  };
}

/** Small and beside words that say what it is. */
function pictureOf(
  storage: Pick<Storage, "cdnBaseUrl">,
  { photoFileKey, photoWidth, photoHeight }: ListedNotification,
) {
  if (photoFileKey === null || photoWidth === null || photoHeight === null) return null;
  const size = { width: photoWidth, height: photoHeight };
  const smallest = variantWidths(size)[0] ?? fallbackWidth(size);
  return {
    webp: variantUrl(storage, photoFileKey, webpName(smallest)),
    jpeg: variantUrl(storage, photoFileKey, jpegName(fallbackWidth(size))),
  };
}
