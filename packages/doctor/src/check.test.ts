import { expect, test } from "vitest";

import { diagnose, fine } from "./check.ts";

test("one that hangs and one that breaks keep nobody waiting, and come in order", async () => {
  const results = await diagnose(
    [
      { name: "hangs", look: () => new Promise(() => {}) },
      { name: "breaks", look: () => Promise.reject(new Error("odd\nand long")) },
      { name: "well", look: async () => [fine("there")] },
    ],
    50,
  );
  expect(results).toMatchObject([
    { check: "hangs", state: "wrong", says: "no end of it within 0.05 s" },
    { check: "breaks", state: "wrong", says: "odd" },
    { check: "well", state: "fine" },
  ]);
});
