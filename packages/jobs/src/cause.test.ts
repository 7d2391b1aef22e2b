import { describe, expect, test } from "vitest";

import { fingerprint, normaliseMessage, topFrame } from "./cause.ts";

const stack = (at: string) => `Error: broken\n    at ${at}\n    at run (/app/src/main.ts:1:1)`;

describe("the cause of a death", () => {
  test.each([
    ["Photo 17 is gone", "Photo 4711 is gone"],
    ["No job 01939c2e-7b6a-7000-8000-000000000001", "No job 01939C2E-7B6A-7000-8000-0000000000FF"],
    ["No user 'ida'", "No user 'oskar o'"],
    ["Cannot reach https://one.example/a?b=1", "Cannot reach http://127.0.0.1:4566/c"],
    ["ida@example.com bounced", "o.skar+1@mail.example.org bounced"],
    ["No object originals/aB3-xY_9kLmNoPqR", "No object originals/zZ8_yX-7wVuTsRqP"],
  ])("is the same for %j and %j", (one, other) => {
    expect(normaliseMessage(one)).toBe(normaliseMessage(other));
    expect(fingerprint({ name: "Error", message: one })).toBe(
      fingerprint({ name: "Error", message: other }),
    );
  });

  const error = { name: "Error", message: "broken", stack: stack("read (/app/src/read.ts:7:3)") };
  test.each([
    ["error's name", { name: "TypeError" }],
    ["words", { message: "broken for good" }],
    ["place", { stack: stack("write (/app/src/write.ts:7:3)") }],
  ])("differs with the %s", (_, other) => {
    expect(fingerprint({ ...error, ...other })).not.toBe(fingerprint(error));
  });

  test("stays the same when a release moves the line, or another folder holds it", () => {
    const moved = { ...error, stack: stack("read (/var/app/current/src/read.ts:99:1)") };
    expect(fingerprint(moved)).toBe(fingerprint(error));
  });

  test("is looked for in our own code first", () => {
    const deep = stack("send (/app/node_modules/.pnpm/sdk/send.js:1:1)");
    expect(topFrame(deep)).toBe(topFrame("Error\n    at run (/app/src/main.ts:5:5)"));
    expect(topFrame("Error\n    at node:internal/net:1:1")).not.toBe("");
    expect(topFrame(undefined)).toBe("");
  });

  test("is short, however long the message", () => {
    expect(normaliseMessage("word ".repeat(10_000)).length).toBeLessThanOrEqual(500);
    expect(fingerprint({ name: "E", message: "x ".repeat(1e5) })).toMatch(/^[0-9a-f]{16}$/);
  });
});
