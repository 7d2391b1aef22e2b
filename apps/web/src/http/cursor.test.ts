import { BadRequestError } from "@tendril/runtime";
import { describe, expect, test } from "vitest";

import { decodeCursor, encodeCursor } from "./cursor.ts";

const encoded = (text: string) => Buffer.from(text).toString("base64url");

describe("a page's cursor", () => {
  test.each([
    { publishedAt: new Date("2026-11-21T10:00:00.123Z"), id: 42 },
    { publishedAt: new Date(0), id: 1 },
    { publishedAt: new Date("2026-11-21T10:00:00.000Z"), id: 999_999_999_999_999 },
  ])("comes back as it was: %j", (cursor) => {
    expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
    expect(encodeCursor(cursor)).toMatch(/^[\w-]+$/);
  });

  test("is none on the first page", () => {
    expect(decodeCursor(undefined)).toBeNull();
  });

  test.each([
    "",
    "not a cursor",
    encoded("12"),
    encoded("12."),
    encoded("-12.3"),
    encoded("012.3"),
    encoded("1.2.3"),
    encoded("1e3.4"),
    encoded("999999999999999.1"),
    encoded("1.9999999999999999"),
    `${encoded("12.3")}=`,
    `${encoded("12.3")}\n`,
    ["MTIuMw", "MTIuMw"],
    null,
    7,
  ])("is refused when it was tampered with: %j", (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(BadRequestError);
  });
});
