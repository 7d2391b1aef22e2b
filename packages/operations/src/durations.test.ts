import { expect, test } from "vitest";

import { spellDuration } from "./durations.ts";

test.each([
  [0, "0 s"],
  [999, "0 s"],
  [42_400, "42 s"],
  [60_000, "1 min"],
  [239_000, "3 min"],
  [3_600_000, "1 h"],
  [7_500_000, "2 h 5 min"],
  [273_600_000, "3 d 4 h"],
])("%i ms are %s", (ms, words) => expect(spellDuration(ms)).toBe(words));
