import { expect, test } from "vitest";

import { presentMoment, presentTime } from "./dates.ts";

const now = new Date("2026-11-21T12:00:00Z");
const seconds = (count: number) => new Date(now.getTime() - count * 1_000);

test.each([
  [-30, "just now"],
  [0, "just now"],
  [59, "just now"],
  [60, "1 minute ago"],
  [3_599, "59 minutes ago"],
  [3_600, "1 hour ago"],
  [86_399, "23 hours ago"],
  [86_400, "1 day ago"],
  [7 * 86_400 - 1, "6 days ago"],
  [7 * 86_400, "14 November 2026"],
])("%i seconds ago is %s", (ago, text) => {
  expect(presentMoment(seconds(ago), now)).toEqual({ iso: seconds(ago).toISOString(), text });
});

test.each([
  [null, "21 November 2026 at 12:00 UTC"],
  ["Europe/Berlin", "21 November 2026 at 13:00 CET"],
  ["Pacific/Auckland", "22 November 2026 at 01:00 GMT+13"],
])("by the clock of %s it is %s", (timeZone, text) => {
  expect(presentTime(now, timeZone)).toEqual({ iso: now.toISOString(), text });
});
