import { expect, test } from "vitest";

import { createAxis } from "./axis.ts";
import { span, type SpanKind } from "./spans.ts";

const at = (ms: number) => new Date(1_000_000 + ms);
const of = (kind: SpanKind, from: number, to: number | null) =>
  span(kind, kind, at(from), to === null ? null : at(to));

test("short waits are drawn as long as they were", () => {
  const axis = createAxis([of("request", 0, 200), of("queue", 200, 500)], [], at(500));
  expect(axis.position(at(0))).toBe(0);
  expect(axis.position(at(250))).toBeCloseTo(0.5);
  expect(axis.position(at(500))).toBe(1);
  expect(axis.pieces.some(({ cut }) => cut)).toBe(false);
});

test("hours of waiting leave room for the work before and after them", () => {
  const hour = 3_600_000;
  const spans = [of("request", 0, 100), of("due", 100, hour), of("attempt", hour, hour + 100)];
  const axis = createAxis(spans, [], at(hour + 100));
  expect(axis.pieces.map(({ cut }) => cut)).toEqual([false, true, false]);
  const [before, wait, after] = axis.pieces.map(({ start, end }) => end - start);
  expect(before).toBeCloseTo(after ?? 0);
  expect(wait).toBeLessThan(before ?? 0);
});

test("what goes on ends now, and a mark after all spans is on the axis, too", () => {
  const spans = [of("request", 0, 100), of("attempt", 100, null)];
  const axis = createAxis(spans, [at(1_000)], at(600));
  expect(axis.position(at(600))).toBeCloseTo(0.6);
  expect(axis.position(at(1_000))).toBe(1);
  expect(createAxis([], [], at(0)).position(at(5))).toBe(0);
});
