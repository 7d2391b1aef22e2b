import { expect, it } from "vitest";

import { parseExpression } from "./metric-math.ts";

const evaluate = (text: string, values: Record<string, number> = {}) =>
  parseExpression(text).evaluate((id) => values[id]);

it("computes as on paper", () => {
  expect(evaluate("1 + 2 * 3")).toBe(7);
  expect(evaluate("(1 + 2) * 3")).toBe(9);
  expect(evaluate("8 / 4 / 2")).toBe(1);
  expect(evaluate("3 - 2 - 1")).toBe(0);
  expect(evaluate("0.5 + 1.25")).toBe(1.75);
});

it("knows either and both", () => {
  const busy = "IF(oldest > 180 OR backlog > 50, 1, 0)";
  expect(evaluate(busy, { oldest: 181, backlog: 0 })).toBe(1);
  expect(evaluate(busy, { oldest: 180, backlog: 50 })).toBe(0);
  expect(evaluate(busy, { oldest: 0, backlog: 51 })).toBe(1);
  const idle = "IF(oldest < 60 AND backlog < 10, 1, 0)";
  expect(evaluate(idle, { oldest: 59, backlog: 9 })).toBe(1);
  expect(evaluate(idle, { oldest: 60, backlog: 9 })).toBe(0);
});

it("leaves missing what depends on something missing, until it is filled", () => {
  expect(evaluate("a + 1")).toBeUndefined();
  expect(evaluate("IF(a > 1, 1, 0)")).toBeUndefined();
  expect(evaluate("FILL(a, 0) + 1")).toBe(1);
  expect(evaluate("FILL(a, 0) + 1", { a: 4 })).toBe(5);
});

it("takes the largest of those that are there", () => {
  expect(evaluate("MAX([a, b, FILL(c, 3)])", { a: 2 })).toBe(3);
  expect(evaluate("MAX([a, b])")).toBeUndefined();
});

it("has no point where it would divide by zero", () => {
  expect(evaluate("4 / a", { a: 0 })).toBeUndefined();
});

it("says what it names", () => {
  expect(parseExpression("IF(oldest > 180 OR backlog > 50, 1, 0)").ids).toEqual([
    "oldest",
    "backlog",
  ]);
});

it.each([
  ["1 +", "ends too early"],
  ["SEARCH(a)", "SEARCH is not among"],
  ["(1", ") expected"],
  ["1 2", "from 2 on"],
  ["%", "% has no place"],
])("refuses %s", (text, why) => {
  expect(() => parseExpression(text)).toThrow(why);
});
