import { describe, expect, test } from "vitest";

import { ConfigError, isLoopback, readEnvironment, variable } from "./environment.ts";

const variables = {
  PORT: variable.port().default(8080),
  SITE: variable.url(),
  SECRETS: variable.secrets(),
  NAME: variable.text().optional(),
  SLOW: variable.flag(),
  COUNT: variable.integer({ min: 1, max: 5 }).default(3),
};
const complete = { SITE: "http://localhost:1/", SECRETS: "0123456789abcdef, fedcba9876543210" };

function mistakesOf(read: () => unknown): readonly { variable: string; problem: string }[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

describe("readEnvironment", () => {
  test("reads what is there, and takes an empty string as not set", () => {
    expect(readEnvironment({ ...complete, PORT: "", NAME: "", SLOW: "1" }, variables)).toEqual({
      PORT: 8080,
      SITE: "http://localhost:1",
      SECRETS: ["0123456789abcdef", "fedcba9876543210"],
      SLOW: true,
      COUNT: 3,
    });
  });

  test("names every mistake in one message", () => {
    const read = () =>
      readEnvironment(
        { PORT: "70000", SITE: "ftp://here", SLOW: "yes", COUNT: "many" },
        variables,
        () => [{ variable: "NAME", problem: "does not go with SITE" }],
      );
    expect(mistakesOf(read).map(({ variable }) => variable)).toEqual([
      "PORT",
      "SITE",
      "SECRETS",
      "SLOW",
      "COUNT",
      "NAME",
    ]);
    expect(read).toThrow(/SECRETS: is missing\n/);
    expect(read).toThrow(/SITE: must begin with http: or https:/);
  });

  test.each(["here", "//here", "http://", ""])("says of %j that it is no address", (SITE) => {
    const read = () => readEnvironment({ ...complete, SITE, COUNT: "9" }, variables);
    expect(mistakesOf(read).map(({ variable }) => variable)).toEqual(["SITE", "COUNT"]);
  });

  test("tells nothing of what a secret holds", () => {
    const read = () => readEnvironment({ ...complete, SECRETS: "too-short" }, variables);
    expect(read).toThrow(/SECRETS: each secret needs at least 16 characters/);
    expect(read).not.toThrow(/too-short/);
  });

  test("lets the cross-check see what could be read, and that alone", () => {
    mistakesOf(() =>
      readEnvironment({ ...complete, PORT: "x" }, variables, (values) => {
        expect(values).toMatchObject({ SITE: "http://localhost:1" });
        expect(values).not.toHaveProperty("PORT");
        return [];
      }),
    );
  });
});

test.each([
  ["localhost", true],
  ["127.0.0.1", true],
  ["127.1.2.3", true],
  ["::1", true],
  ["[::1]", true],
  ["localhost.example.com", false],
  ["127.0.0.1.example.com", false],
  ["10.0.0.1", false],
  ["", false],
])("isLoopback(%j) is %s", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
