import { expect, test } from "vitest";

import { readTickTime } from "./tick-time.ts";

const now = new Date("2026-11-21T03:20:30Z");

test.each([
  "2026-11-21T03:20:00Z",
  "2026-11-21T03:20:59.999Z",
  "2026-11-21T04:20:00+01:00",
  "2026-11-21 03:20:00 UTC",
])("%s is a minute in UTC", (header) => {
  expect(readTickTime(header, now).toISOString()).toBe("2026-11-21T03:20:00.000Z");
});

test.each([
  undefined,
  "",
  "soon",
  "1763695200",
  "2026-02-30T03:20:00Z",
  "2026-11-21",
  "2026-11-21T03:20",
])("%s is not a time", (header) => {
  expect(() => readTickTime(header, now)).toThrow(/must be a time such as/);
});

test("clocks may differ by minutes; what lies further ahead or long back is refused", () => {
  expect(readTickTime("2026-11-21T03:30:00Z", now)).toBeInstanceOf(Date);
  expect(() => readTickTime("2026-11-21T03:31:00Z", now)).toThrow(/has not come/);
  expect(readTickTime("2026-11-07T03:21:00Z", now)).toBeInstanceOf(Date);
  expect(() => readTickTime("2026-11-07T03:20:00Z", now)).toThrow(/too long ago/);
});
