import { describe, expect, test } from "vitest";

import { displayName, formToken, newFormToken } from "./uploads.ts";

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

test("a form's token is new each time, and is one that forms are taken with", () => {
  const [one, other] = [newFormToken(), newFormToken()];
  expect(one).not.toBe(other);
  expect(formToken.parse(one)).toBe(one);
  for (const bad of ["", "short", "x".repeat(33), "with space", "ünïcode!", undefined])
    expect(formToken.safeParse(bad).success).toBe(false);
});
