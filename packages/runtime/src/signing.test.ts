import { describe, expect, test } from "vitest";

import { readSigned, sign } from "./signing.ts";

const secrets = ["the newest of the secrets", "an older one of the secrets"];
const token = sign(secrets, "greeting", "Grüße, 17");

test("what was signed can be read", () => {
  expect(token).toMatch(/^1\.[\w-]+\.[\w-]{43}$/);
  expect(readSigned(secrets, "greeting", token)).toBe("Grüße, 17");
});

test("an older secret still counts, and one that is gone does not", () => {
  const older = sign(secrets.slice(1), "greeting", "hello");
  expect(readSigned(secrets, "greeting", older)).toBe("hello");
  expect(readSigned(secrets.slice(0, 1), "greeting", older)).toBeNull();
  expect(readSigned([], "greeting", token)).toBeNull();
});

describe("nothing is read from", () => {
  test("a token for another purpose", () => {
    expect(readSigned(secrets, "greetings", token)).toBeNull();
    expect(readSigned(secrets, "", token)).toBeNull();
  });

  test("a token with any character changed", () => {
    const others = [...token].map((character, at) => {
      const other = character === "A" ? "B" : "A";
      return token.slice(0, at) + other + token.slice(at + 1);
    });
    expect(others.filter((other) => readSigned(secrets, "greeting", other) !== null)).toEqual([]);
  });

  test("a token that was cut anywhere", () => {
    const cut = [...token].map((_, at) => token.slice(0, at));
    expect(cut.filter((part) => readSigned(secrets, "greeting", part) !== null)).toEqual([]);
  });

  test.each([
    "",
    "1",
    "1..",
    "..",
    `${token}.`,
    `${token}=`,
    ` ${token}`,
    "🌿.🌿.🌿",
    "x".repeat(9_999),
  ])("%j", (other) => {
    expect(readSigned(secrets, "greeting", other)).toBeNull();
  });

  test("a payload whose boundaries were moved", () => {
    const [version, payload = "", mac] = sign(secrets, "a", "b").split(".");
    expect(readSigned(secrets, "a\nb", `${version}.${payload}.${mac}`)).toBeNull();
  });
});
