import { expect, it } from "vitest";

import { inBothTimes, timeLapse } from "./time-lapse.ts";

it("lets a minute pass in five seconds", () => {
  let now = 1_000_000;
  const clock = timeLapse({ now: () => new Date(now) }, 12);
  expect(clock.now().getTime()).toBe(1_000_000);
  now += 5_000;
  expect(clock.now().getTime()).toBe(1_060_000);
  expect(clock.real(1_060_000).getTime()).toBe(1_005_000);
  expect(clock.real(1_360_000).getTime()).toBe(1_030_000);
});

it("tells a span in both times when they differ", () => {
  expect(inBothTimes(300, 1)).toBe("300 s");
  expect(inBothTimes(276, 12)).toBe("276 s (23 s here)");
});
