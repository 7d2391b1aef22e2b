import { minutes } from "@tendril/runtime";
import { expect, test } from "vitest";

import { nextStep } from "./step.ts";
import { lateQueues, thresholds, type Threshold } from "./thresholds.ts";

const threshold: Threshold = {
  raise: 10,
  clear: 5,
  openAfterMs: minutes(2),
  closeAfterMs: minutes(5),
};

/** Lives through one value a minute, beginning where it is wrong; answers what became of it. */
function live(values: readonly (number | null)[], by = threshold): string[] {
  let incident: { begunAt: Date; raisedAt: Date; openedAt: Date | null } | undefined;
  return values.map((value, minute) => {
    const now = new Date(minutes(minute));
    if (value !== null && value >= by.raise)
      incident ??= { begunAt: now, raisedAt: now, openedAt: null };
    if (!incident) return "-";
    const step = nextStep(incident, value, by, now);
    if (step === "open") incident.openedAt = now;
    if (step === "open" || step === "wrong") incident.raisedAt = now;
    if (step === "close" || step === "drop") incident = undefined;
    return step;
  });
}

test("what is wrong for long enough opens once, and closes once it has been well for long enough", () => {
  expect(live([0, 12, 15, 11, 30, 0, 0, 0, 0, 0, 0])).toEqual(
    "- wrong wrong open wrong well well well well close -".split(" "),
  );
});

test("what passes before anybody is told is forgotten", () => {
  expect(live([12, 12, 9, 12, 12])).toEqual(["wrong", "wrong", "drop", "wrong", "wrong"]);
});

test("between the two bounds an incident stays what it is, and a new one does not begin", () => {
  expect(live([7, 7])).toEqual(["-", "-"]);
  expect(live([12, 12, 12, 7, 7, 7, 7, 7, 7, 7])).not.toContain("close");
});

test("one that comes and goes is one incident", () => {
  const steps = live([12, 12, 12, 0, 12, 0, 0, 12, 0, 0, 0, 0, 0]);
  expect(steps.filter((step) => step === "open")).toHaveLength(1);
  expect(steps.filter((step) => step === "close")).toHaveLength(1);
});

test("what cannot be known changes nothing", () => {
  expect(live([null, 12, null, 12, null])).toEqual(["-", "wrong", "none", "open", "none"]);
});

test("one that need not wait opens at once", () => {
  expect(live([12], { ...threshold, openAfterMs: 0 })).toEqual(["open"]);
});

test.each(Object.entries({ ...thresholds, ...lateQueues }))(
  "%s cannot be wrong and well at the same time",
  (_, { raise, clear }) => {
    expect(clear).toBeLessThanOrEqual(raise);
    expect(clear).toBeGreaterThan(0);
  },
);
