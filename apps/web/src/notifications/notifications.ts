import {
  countUnread,
  listNotifications,
  markAllRead,
  markRead,
  type ListedNotification,
  type NotificationCursor,
  type SeenNotification,
} from "@tendril/database";
import { TooManyRequestsError } from "@tendril/runtime";

import type { WebContext } from "../context.ts";

const pageSize = 30;

/** Tabs of one person that watch at the same time. */
const maxStreams = 10;

export type NotificationList = {
  notifications: ListedNotification[];
  older: NotificationCursor | null;
  /** Of all, also those on other pages. */
  unread: number;
};

export async function listForPerson(
  context: WebContext,
  userId: number,
  before: NotificationCursor | null,
): Promise<NotificationList> {
  const page = { before, limit: pageSize };
  const [found, unread] = await Promise.all([
    listNotifications(context.db, userId, page),
    unreadOf(context, userId),
  ]);
  const notifications = found.slice(0, pageSize);
  const older = found.length > pageSize ? (notifications.at(-1) ?? null) : null;
  return { notifications, older, unread };
}

/** What was on a page that somebody looked at. Answers how many are unread after that. */
export async function readShown(
  context: WebContext,
  userId: number,
  seen: readonly SeenNotification[],
): Promise<number> {
  await markRead(context.db, userId, seen, context.clock.now());
  return unreadOf(context, userId);
}

/** All that came until that page was shown. */
export async function readAll(context: WebContext, userId: number, until: Date): Promise<number> {
  await markAllRead(context.db, userId, until, context.clock.now());
  return unreadOf(context, userId);
}

async function unreadOf({ db, unread }: WebContext, userId: number): Promise<number> {
  const [row] = await countUnread(db, [userId]);
  const count = row?.count ?? 0;
  unread.note(userId, count);
  return count;
}

export function refuseTooManyStreams({ unread }: WebContext, userId: number): void {
  if (unread.watchersOf(userId) >= maxStreams) {
    throw new TooManyRequestsError(
      "Too many pages of yours are open at the same time. Close some of them.",
      30,
    );
  }
}
