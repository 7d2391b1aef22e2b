import { minutes, seconds } from "@tendril/runtime";
import { describe, expect, test } from "vitest";

import { closesAt, windowRules } from "./window.ts";

const began = new Date("2026-11-21T12:00:00Z");
const after = (ms: number) => new Date(began.getTime() + ms);

describe("a window", () => {
  test.each([
    [0, minutes(2)],
    [seconds(90), seconds(210)],
    [minutes(28), minutes(30)],
    [minutes(28) + 1, minutes(30)],
    [minutes(40), minutes(30)],
  ])("with its last event %d ms after the first closes %d ms after it", (last, closes) => {
    expect(closesAt({ windowFrom: began, lastAt: after(last) })).toEqual(after(closes));
  });

  test("is opened again an hour after it was told, and missed when it is open for an hour", () => {
    expect(windowRules(after(minutes(60)))).toEqual({
      now: after(minutes(60)),
      toldBefore: began,
      openedBefore: began,
    });
  });
});
