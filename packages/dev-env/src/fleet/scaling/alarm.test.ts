import { describe, expect, it } from "vitest";

import { type Alarm, type AlarmState, judge } from "./alarm.ts";

const alarm: Alarm = {
  name: "Slow",
  figure: { metric: { name: "TargetResponseTime", statistic: "Average" } },
  comparison: "GreaterThanThreshold",
  threshold: 1,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: "missing",
};
const judged = (
  points: (number | undefined)[],
  changes: Partial<Alarm> = {},
  before: AlarmState = "OK",
) => judge({ ...alarm, ...changes }, points, before);
const none = undefined;

it("needs every point above the threshold, and the threshold itself is not above", () => {
  expect(judged([2, 2, 2])).toBe("ALARM");
  expect(judged([2, 1, 2])).toBe("OK");
  expect(judged([2, 2, 2], { comparison: "LessThanThreshold" })).toBe("OK");
});

it("is content with fewer when it says so", () => {
  expect(judged([2, 0, 2], { datapointsToAlarm: 2 })).toBe("ALARM");
  expect(judged([2, 0, 0], { datapointsToAlarm: 2 })).toBe("OK");
});

it("looks at the last points alone", () => {
  expect(judged([0, 0, 2, 2, 2])).toBe("ALARM");
});

describe("what is missing", () => {
  it.each([
    // As in the table of CloudWatch's guide: points, missing, ignore, breaching, notBreaching.
    [[none, none, 0], "OK", "OK", "OK", "OK"],
    [[none, none, none], "INSUFFICIENT_DATA", "ALARM", "ALARM", "OK"],
    [[none, none, 2], "ALARM", "ALARM", "ALARM", "OK"],
    [[none, 0, none], "OK", "OK", "OK", "OK"],
  ] as const)("%j", (points, missing, ignore, breaching, notBreaching) => {
    const as = (treatMissingData: Alarm["treatMissingData"]) =>
      judged([...points], { treatMissingData }, "ALARM");
    expect([as("missing"), as("ignore"), as("breaching"), as("notBreaching")]).toEqual([
      missing,
      ignore,
      breaching,
      notBreaching,
    ]);
  });

  it("keeps the state, whatever it was, when it is ignored", () => {
    for (const before of ["OK", "ALARM", "INSUFFICIENT_DATA"] as const)
      expect(judged([2, none, 2], { treatMissingData: "ignore" }, before)).toBe(before);
  });

  it("counts the time before the first point as missing", () => {
    expect(judged([2], { treatMissingData: "notBreaching" })).toBe("OK");
    expect(judged([2], { treatMissingData: "breaching" })).toBe("ALARM");
  });
});
