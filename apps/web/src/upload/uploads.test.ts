import { describe, expect, test } from "vitest";

import { displayName } from "./uploads.ts";

describe("displayName", () => {
  test.each([
    ["holiday.jpg", "holiday.jpg"],
    ["../../etc/passwd", "passwd"],
    ["C:\\Users\\anna\\me.jpg", "me.jpg"],
    ["/", "photo"],
    ["", "photo"],
    ["   ", "photo"],
    ["a\u0000b\nc\u202Ed.jpg", "abcd.jpg"],
    ["été 🌿.jpg", "été 🌿.jpg"],
    ["<b>.jpg", "<b>.jpg"],
  ])("of %j is %j", (name, expected) => {
    expect(displayName(name)).toBe(expected);
  });

  test("is cut between characters, never within one", () => {
    expect(displayName("🌿".repeat(300))).toBe("🌿".repeat(120));
    expect(Buffer.from(displayName("🌿".repeat(300))).toString()).not.toContain("\uFFFD");
  });
});
