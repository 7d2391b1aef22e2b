import { timeOrderedId } from "@tendril/runtime";
import { describe, expect, test } from "vitest";

import { decodeMessage, encodeMessage } from "./message.ts";

const message = {
  id: timeOrderedId(),
  generation: 2,
  name: "process-photo",
  version: 1,
  trace: "request-1",
};

describe("a job's message", () => {
  test("comes back as it was sent", () => {
    expect(decodeMessage(encodeMessage(message))).toEqual(message);
  });

  test("holds nothing but the pointer, whatever else the row has", () => {
    const row = { ...message, payload: "secret", fairnessGroup: "user-1" };
    expect(JSON.parse(encodeMessage(row))).toEqual(message);
  });

  test("may name a job that this release does not know", () => {
    const later = { ...message, name: "of-a-later-release", version: 9 };
    expect(decodeMessage(encodeMessage(later))).toEqual(later);
  });

  test.each([
    undefined,
    "",
    "hello",
    "null",
    "[]",
    "{}",
    JSON.stringify({ ...message, id: "7" }),
    JSON.stringify({ ...message, generation: -1 }),
    JSON.stringify({ ...message, version: "1" }),
  ])("is none of ours when it looks like %j", (body) => {
    expect(decodeMessage(body)).toBeNull();
  });
});
