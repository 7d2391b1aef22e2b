import { expect, test } from "vitest";

import { parseCron } from "./cron-expression.ts";

const at = (time: string) => new Date(`2026-11-${time}Z`);
const times = (dates: Date[]) => dates.map((date) => date.toISOString().slice(8, 16));

test("says when it fires next and fired last, in UTC", () => {
  const quarter = parseCron("*/15 * * * *");
  expect(times(quarter.next(at("21T03:00"), 3))).toEqual(["21T03:15", "21T03:30", "21T03:45"]);
  expect(times(quarter.last(at("21T03:00"), 2))).toEqual(["21T02:45", "21T03:00"]);
  expect(times(quarter.last(at("21T02:59:59.999"), 1))).toEqual(["21T02:45"]);
  expect(times(parseCron("20 3 * * *").next(at("21T03:20"), 1))).toEqual(["22T03:20"]);
});

test("the hour that a change of clocks repeats or leaves out is an hour as any other", () => {
  const nightly = parseCron("30 2 * * *");
  const [first, second] = nightly.next(new Date("2026-03-28T03:00Z"), 2);
  expect(first?.toISOString()).toBe("2026-03-29T02:30:00.000Z");
  expect(second?.toISOString()).toBe("2026-03-30T02:30:00.000Z");
});

test("days of the month and of the week add up, as in every cron", () => {
  expect(times(parseCron("0 0 22,26 * 1").next(at("21T00:00"), 4))).toEqual([
    "22T00:00",
    "23T00:00",
    "26T00:00",
    "30T00:00",
  ]);
});

test.each([
  ["* * * * * *", /6 fields: write five/],
  ["* * * *", /4 fields/],
  ["", /1 fields/],
  ["@daily", /1 fields/],
  ["60 * * * *", /minute "60" is out of bounds: write 0 to 59/],
  ["* 24 * * *", /hour "24"/],
  ["* * 0 * *", /day of the month "0" is out of bounds: write 1 to 31/],
  ["* * * * 7", /day of the week "7" is out of bounds: write 0 to 6/],
  ["* * * * MON", /more than the platform reads/],
  ["* * L * *", /more than the platform reads/],
  ["* * * * 1#2", /more than the platform reads/],
  ["0-30/5 * * * *", /more than the platform reads/],
  ["5, * * * *", /more than the platform reads/],
  ["*/0 * * * *", /steps by 0/],
  ["*/60 * * * *", /steps by 60/],
  ["* 22-2 * * *", /runs backwards/],
  ["0 0 30 2 *", /never fires/],
])("refuses %j", (expression, why) => {
  expect(() => parseCron(expression)).toThrow(why);
});
