import sharp from "sharp";
import { rgbaToThumbHash } from "thumbhash";
import { expect, test } from "vitest";

import { placeholderUrl } from "./placeholder.ts";

/** A picture of the left colour that turns into the right one. */
function hashOf(width: number, height: number, left: number[], right: number[]): string {
  const rgba = Buffer.alloc(width * height * 4);
  for (let at = 0; at < width * height; at++)
    rgba.set(at % width < width / 2 ? left : right, at * 4);
  return Buffer.from(rgbaToThumbHash(width, height, rgba)).toString("base64");
}

async function decode(url: string) {
  const [head, data = ""] = url.split(",");
  expect(head).toBe("data:image/png;base64");
  return sharp(Buffer.from(data, "base64")).raw().toBuffer({ resolveWithObject: true });
}

const [red, blue] = [
  [220, 20, 20, 255],
  [20, 20, 220, 255],
];

test.each([
  [100, 60, 11, 6],
  [60, 100, 6, 11],
  [80, 80, 11, 11],
])("a %i × %i photo has a tiny PNG of its colours", async (width, height, w, h) => {
  const url = placeholderUrl(hashOf(width, height, red, blue));
  const { data, info } = await decode(url);
  expect(info).toMatchObject({ width: w, height: h, channels: 4 });
  const pixel = (x: number) => [...data.subarray((Math.floor(h / 2) * w + x) * 4).subarray(0, 3)];
  const [leftRed = 0, , leftBlue = 0] = pixel(1);
  const [rightRed = 0, , rightBlue = 0] = pixel(w - 2);
  expect(leftRed - leftBlue).toBeGreaterThan(60);
  expect(rightBlue - rightRed).toBeGreaterThan(60);
  expect(url.length).toBeLessThan(1_000);
});

test("the placeholder of a transparent photo is transparent where the photo is", async () => {
  const { data, info } = await decode(placeholderUrl(hashOf(80, 80, red, [0, 0, 0, 0])));
  const alpha = (x: number) => data[(5 * info.width + x) * 4 + 3] ?? 0;
  expect(alpha(1)).toBeGreaterThan(150);
  expect(alpha(9)).toBeLessThan(100);
});
