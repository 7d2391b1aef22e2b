import { expect, test } from "vitest";

import { drawChart } from "./chart.ts";

const words = {
  label: "Waiting",
  subject: "media",
  spell: (value: number) => `${value} jobs`,
  at: (index: number) => `at minute ${index}`,
  since: "12:00 UTC",
};
const draw = (series: (number | null)[], now: number | null = 0) =>
  drawChart(series, { ...words, atLeast: 10, now });

test("a chart says in words what it shows", () => {
  expect(draw([0, 20, 40, 5], 5)).toMatchObject({
    now: "5 jobs",
    most: "at most 40 jobs, at minute 2",
    title: "media: waiting since 12:00 UTC. Now 5 jobs; at most 40 jobs, at minute 2.",
  });
  expect(draw([0, 0]).most).toBe("none");
  expect(draw([null, null], null)).toMatchObject({
    now: "unknown",
    most: "no samples",
    linePath: "",
  });
});

test("the highest value reaches the top, zero lies on the ground", () => {
  expect(draw([0, 40]).linePath).toBe("M0,56L288,2");
});

test("little does not look like much", () => {
  expect(draw([0, 1]).linePath).toBe("M0,56L288,50.6");
});

test("where nothing is known there is a gap", () => {
  expect(draw([10, 10, null, 10, 10]).linePath.match(/M/g)).toHaveLength(2);
});
