import { expect, test } from "vitest";

import { counted, duration, exactly, pretty, when } from "./present.ts";

test.each([
  [0, "0 ms"],
  [380.4, "380 ms"],
  [1_000, "1 s"],
  [4_230, "4.2 s"],
  [9_970, "10 s"],
  [59_999, "1 min"],
  [61_000, "1 min 1 s"],
  [119_700, "2 min"],
  [12 * 60_000 + 40_000, "13 min"],
  [3_600_000, "1 h"],
  [3 * 3_600_000 + 20 * 60_000, "3 h 20 min"],
  [13 * 3_600_000 + 20 * 60_000, "13 h"],
  [86_400_000 + 3_600_000, "1 d 1 h"],
  [23.7 * 3_600_000, "1 d"],
  [30 * 86_400_000, "30 d"],
])("%s ms are said as %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test("a time is said by how long ago it is, and exactly in UTC", () => {
  const now = new Date("2026-11-21T06:00:00.000Z");
  const at = (ms: number) => when(new Date(now.getTime() + ms), now);
  expect(at(-12_400).text).toBe("12 s ago");
  expect(at(-400).text).toBe("just now");
  expect(at(-190_000).text).toBe("3 min ago");
  expect(at(3 * 60_000).text).toBe("in 3 min");
  expect(at(-90_000)).toMatchObject({
    iso: "2026-11-21T05:58:30.000Z",
    exact: "2026-11-21 05:58:30 UTC",
  });
  expect(exactly(now)).toBe("2026-11-21 06:00:00 UTC");
});

test("counts say their noun, and where counting ended", () => {
  expect(counted(1, "letter")).toBe("1 letter");
  expect(counted(1_200, "letter")).toBe("1,200 letters");
  expect(counted(1_000, "letter", 1_000)).toBe("1,000+ letters");
});

test("what is not JSON is shown as it is", () => {
  expect(pretty('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(pretty("{a")).toBe("{a");
});
