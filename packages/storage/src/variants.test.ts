import { describe, expect, test } from "vitest";

import { fallbackWidth, variantWidths } from "./variants.ts";

describe("the widths of a photo's variants", () => {
  test.each([
    [4000, 3000, [320, 640, 1280, 2048]],
    [2048, 1000, [320, 640, 1280, 2048]],
    [2000, 1000, [320, 640, 1280, 2000]],
    [1280, 900, [320, 640, 1280]],
    [321, 200, [320, 321]],
    [320, 200, [320]],
    [48, 32, [48]],
    [1, 1, [1]],
  ])("of %i × %i are never more than its own", (width, height, expected) => {
    expect(variantWidths({ width, height })).toEqual(expected);
  });

  test.each([
    [600, 20_000, [245]],
    [2, 40_000, [1]],
    [2048, 8_192, [320, 640, 1280, 2048]],
    [10_000, 10_000, [320, 640, 1280, 2048]],
  ])("of %i × %i keep the height within what encoders take", (width, height, expected) => {
    const widths = variantWidths({ width, height });
    expect(widths).toEqual(expected);
    for (const each of widths) expect((each / width) * height).toBeLessThanOrEqual(20_000);
  });

  test("have a JPEG of up to 1280 among them", () => {
    expect(fallbackWidth({ width: 4000, height: 3000 })).toBe(1280);
    expect(fallbackWidth({ width: 700, height: 500 })).toBe(700);
    expect(fallbackWidth({ width: 600, height: 20_000 })).toBe(245);
  });
});
