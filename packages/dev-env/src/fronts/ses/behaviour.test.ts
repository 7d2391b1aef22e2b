import { expect, test } from "vitest";

import { createThrottle, fateOf } from "./behaviour.ts";

test("a second's worth of calls may come at once, then as many as fit the rate", () => {
  let now = 0;
  const throttle = createThrottle(() => now);
  const admitted = (calls: number) =>
    Array.from({ length: calls }, () => throttle.admit(14)).filter(Boolean).length;
  expect(admitted(20)).toBe(14);
  now += 100;
  expect(admitted(20)).toBe(1);
  now += 1_000;
  expect(admitted(20)).toBe(14);
  now += 3_600_000;
  expect(admitted(20)).toBe(14);
  expect(throttle.refused).toBe(80 - 43);
});

test("the simulator's addresses have the fates that they have at AWS, with a label as well", () => {
  const fates = new Map([["full@example.com", "soft-bounce" as const]]);
  expect(fateOf("success@simulator.amazonses.com", fates)).toBe("delivery");
  expect(fateOf("bounce@simulator.amazonses.com", fates)).toBe("bounce");
  expect(fateOf("bounce+ida@simulator.amazonses.com", fates)).toBe("bounce");
  expect(fateOf("Complaint@simulator.amazonses.com", fates)).toBe("complaint");
  expect(fateOf("bounce@example.com", fates)).toBe("delivery");
  expect(fateOf("full@example.com", fates)).toBe("soft-bounce");
});
