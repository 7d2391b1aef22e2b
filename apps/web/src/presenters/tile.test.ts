import { readFileSync } from "node:fs";

import type { VisiblePhoto } from "@tendril/database";
import { describe, expect, test } from "vitest";

import { presentTile, ratioClass } from "./tile.ts";

const photo: VisiblePhoto = {
  id: 7,
  slug: "slug",
  caption: "",
  alt: "",
  credit: "",
  width: 700,
  height: 500,
  placeholder: null,
  fileKey: "key",
  takenAt: null,
  publishedAt: new Date(0),
  visibility: "public",
  userId: 3,
  username: "anna",
  displayName: "Anna",
};
const storage = { cdnBaseUrl: "https://cdn.example" };

describe("ratioClass", () => {
  test.each([
    [1, "r-100"],
    [1.5, "r-150"],
    [4 / 3, "r-135"],
    [2.024, "r-200"],
    [2.026, "r-205"],
    [0.01, "r-50"],
    [40, "r-300"],
  ])("of %f is %s", (ratio, expected) => {
    expect(ratioClass(ratio)).toBe(expected);
  });

  test("is always one that the style sheet knows", () => {
    const css = readFileSync(new URL("../../assets/styles/ratios.css", import.meta.url), "utf8");
    const known = new Set(css.match(/\br-\d+\b/g));
    for (let ratio = 0.3; ratio < 4; ratio += 0.01) expect(known).toContain(ratioClass(ratio));
  });
});

describe("presentTile", () => {
  test("offers every width that exists, and JPEG for what cannot show WebP", () => {
    expect(presentTile(storage, photo, 0)).toMatchObject({
      href: "/photos/slug",
      webpSrcset:
        "https://cdn.example/photos/key/w320.webp 320w, https://cdn.example/photos/key/w640.webp 640w, https://cdn.example/photos/key/w700.webp 700w",
      jpegSrc: "https://cdn.example/photos/key/w700.jpg",
      placeholder: null,
      by: { href: "/@anna", displayName: "Anna" },
    });
  });

  test.each([
    [{ alt: "A gate", caption: "Home" }, "A gate"],
    [{ caption: "Home" }, "Home"],
    [{}, "Photo by Anna"],
  ])("always has words for those who cannot see it: %j", (words, alt) => {
    expect(presentTile(storage, { ...photo, ...words }, 0).alt).toBe(alt);
  });

  test("loads what is seen first at once, and the rest when it is scrolled to", () => {
    const eager = [0, 1, 3, 4, 29].map((index) => presentTile(storage, photo, index).eager);
    expect(eager).toEqual([true, true, true, false, false]);
  });
});
