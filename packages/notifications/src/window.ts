import { minutes } from "@tendril/runtime";

/*
 * When mail and push tell of a notification. In the gallery it is there at once, whatever is said here.
 *
 * The first event opens a window. It closes when nothing more has come for two minutes, at the latest half an
 * hour after it was opened, and then all that came is told as one. For an hour after that further events are
 * only counted: 500 photos in an hour are one notification and one mail. The first event after that hour opens
 * the next window.
 *
 * Whoever reads the notification ends all this: a window that is open then is not told, and what comes later is
 * a new notification with windows of its own. Somebody who reads and answers is not kept waiting for an hour.
 */

const quietMs = minutes(2);
const longestMs = minutes(30);
const silentMs = minutes(60);

/** A window that is open for longer has lost the job that closes it; the next event brings that back. */
const lostMs = minutes(60);

/** When a window closes, should nothing more come. */
export function closesAt({ windowFrom, lastAt }: { windowFrom: Date; lastAt: Date }): Date {
  return new Date(Math.min(lastAt.getTime() + quietMs, windowFrom.getTime() + longestMs));
}

/** What an event at this time has to know about its group: see `countEvent`. */
export function windowRules(now: Date): { now: Date; toldBefore: Date; openedBefore: Date } {
  return {
    now,
    toldBefore: new Date(now.getTime() - silentMs),
    openedBefore: new Date(now.getTime() - lostMs),
  };
}
