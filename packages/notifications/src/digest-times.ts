import type { Digest } from "@tendril/database";
import { DateTime, IANAZone } from "luxon";

/** When a digest comes, by the reader's own clock. */
const hour = 8;
const monday = 1;

/** Whether this machine's tables have the zone: zones are renamed, and people send invented ones. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/**
 * The first time after `after` at which a digest is due: at eight in `timeZone`, each day or on Mondays.
 * Null when no digest is wanted. Without a zone, or with one that does not exist, UTC holds.
 */
export function nextDigestAt(digest: Digest, timeZone: string | null, after: Date): Date | null {
  if (digest === "off") return null;
  const zone = timeZone !== null && isTimeZone(timeZone) ? timeZone : "utc";
  const today = DateTime.fromJSDate(after, { zone });
  // By calendar days and never by 24 hours: clocks change, and a day may be missing altogether.
  for (let days = 0; ; days++) {
    const at = today.plus({ days }).set({ hour, minute: 0, second: 0, millisecond: 0 });
    if (at.toJSDate() > after && (digest === "daily" || at.weekday === monday))
      return at.toJSDate();
  }
}
