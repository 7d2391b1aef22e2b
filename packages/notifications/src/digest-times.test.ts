import { describe, expect, test } from "vitest";

import { isTimeZone, nextDigestAt } from "./digest-times.ts";

const next = (digest: "off" | "daily" | "weekly", zone: string | null, after: string) =>
  nextDigestAt(digest, zone, new Date(after))?.toISOString();

describe("a digest comes at eight", () => {
  test.each([
    ["just before", "2026-11-21T07:59:59.999Z", "2026-11-21T08:00:00.000Z"],
    ["at that very moment: the next day", "2026-11-21T08:00:00.000Z", "2026-11-22T08:00:00.000Z"],
    ["at the end of the year", "2026-12-31T09:00:00.000Z", "2027-01-01T08:00:00.000Z"],
  ])("daily, asked %s", (_, after, expected) => {
    expect(next("daily", "UTC", after)).toBe(expected);
  });

  test.each([
    ["on a Saturday", "2026-11-21T12:00:00Z", "2026-11-23T08:00:00.000Z"],
    ["early on a Monday", "2026-11-23T07:00:00Z", "2026-11-23T08:00:00.000Z"],
    ["at eight on a Monday", "2026-11-23T08:00:00Z", "2026-11-30T08:00:00.000Z"],
  ])("on Mondays, asked %s", (_, after, expected) => {
    expect(next("weekly", "UTC", after)).toBe(expected);
  });

  test("or never", () => {
    expect(nextDigestAt("off", "UTC", new Date())).toBeNull();
  });
});

describe("by the reader's own clock", () => {
  test.each([
    ["Asia/Kolkata", "2026-11-21T02:30:00.000Z"],
    ["Asia/Kathmandu", "2026-11-21T02:15:00.000Z"],
    ["America/St_Johns", "2026-11-21T11:30:00.000Z"],
  ])("also where it differs by parts of an hour: %s", (zone, expected) => {
    expect(next("daily", zone, "2026-11-21T00:00:00Z")).toBe(expected);
  });

  test.each([
    [
      "23 hours later in spring",
      "Europe/Berlin",
      "2027-03-27T07:00:00Z",
      "2027-03-28T06:00:00.000Z",
    ],
    [
      "25 hours later in autumn",
      "Europe/Berlin",
      "2026-10-24T06:00:00Z",
      "2026-10-25T07:00:00.000Z",
    ],
    [
      "half an hour earlier",
      "Australia/Lord_Howe",
      "2026-10-02T21:30:00Z",
      "2026-10-03T21:00:00.000Z",
    ],
    ["on the night itself", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T13:00:00.000Z"],
  ])("when clocks change: %s", (_, zone, after, expected) => {
    expect(next("daily", zone, after)).toBe(expected);
  });

  test("a week with a change of clocks is a week", () => {
    expect(next("weekly", "America/New_York", "2026-10-26T12:00:00Z")).toBe(
      "2026-11-02T13:00:00.000Z",
    );
  });

  test.each([
    [
      "ahead of it, where Monday is still Sunday for others",
      "Pacific/Kiritimati",
      "2026-11-22T18:00:00.000Z",
    ],
    ["behind it", "Pacific/Pago_Pago", "2026-11-23T19:00:00.000Z"],
  ])("beside the date line: %s", (_, zone, expected) => {
    expect(next("weekly", zone, "2026-11-21T00:00:00Z")).toBe(expected);
  });

  test("a day that was left out has no digest", () => {
    // Samoa went from 29 to 31 December 2011.
    expect(next("daily", "Pacific/Apia", "2011-12-29T18:00:00Z")).toBe("2011-12-30T18:00:00.000Z");
  });

  test.each([null, "", "Mars/Olympus_Mons", "Europe/Berlin\n", "system", "🌿"])(
    "by UTC when the zone is %j",
    (zone) => {
      expect(next("daily", zone, "2026-11-21T00:00:00Z")).toBe("2026-11-21T08:00:00.000Z");
    },
  );
});

test.each([
  ["Europe/Berlin", true],
  ["UTC", true],
  ["US/Pacific", true],
  ["Mars/Olympus_Mons", false],
  ["system", false],
  ["", false],
])("%j is a zone: %s", (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});
