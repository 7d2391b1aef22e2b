import { describeFailure, photoFailures } from "@tendril/storage";
import { describe, expect, test } from "vitest";

import { reasonOf } from "./pending-upload.ts";

describe("what an owner is told of a photo that failed", () => {
  test.each(photoFailures)("has words of its own for %s, and says what to do", (failure) => {
    const text = describeFailure(failure);
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(text).not.toContain(
      failure === "damaged" || failure === "empty" ? "undefined" : failure,
    );
    const others = photoFailures.filter((other) => other !== failure).map(describeFailure);
    expect(others).not.toContain(text);
  });

  test.each(["from-a-later-release", ""])(
    "has words also for %j, which this release does not know",
    (failure) => {
      expect(describeFailure(failure)).toBe(describeFailure("gave-up"));
    },
  );

  test("is nothing as long as it has not failed", () => {
    expect(reasonOf({ status: "processing", failure: null })).toBeNull();
    expect(reasonOf({ status: "failed", failure: null })).toBe(describeFailure("gave-up"));
    expect(reasonOf({ status: "failed", failure: "empty" })).toBe(describeFailure("empty"));
  });
});
