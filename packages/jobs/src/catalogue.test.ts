import { PermanentJobError } from "@tendril/runtime";
import { describe, expect, test } from "vitest";

import { backoffMs, catalogue, decodePayload, isJobName, queueNames } from "./catalogue.ts";

describe("backoffMs", () => {
  const job = {
    ...catalogue["process-photo"],
    backoff: { firstSeconds: 5, maxSeconds: 300 },
  };

  test("doubles with each attempt, up to the longest", () => {
    const waits = [1, 2, 3, 6, 7, 8, 50].map((attempts) => backoffMs(job, attempts, () => 1));
    expect(waits).toEqual([5_000, 10_000, 20_000, 160_000, 300_000, 300_000, 300_000]);
  });

  test("spreads over the upper half, so that jobs that failed together come back apart", () => {
    expect(backoffMs(job, 1, () => 0)).toBe(2_500);
    expect(backoffMs(job, 1, () => 0.5)).toBe(3_750);
  });
});

describe("the catalogue", () => {
  test.each(Object.entries(catalogue))("has a policy for %s that can be kept", (name, job) => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(queueNames).toContain(job.queue);
    expect(job.attempts).toBeGreaterThan(0);
    expect(job.backoff.maxSeconds).toBeGreaterThanOrEqual(job.backoff.firstSeconds);
  });

  test("knows its own names alone", () => {
    expect(isJobName("process-photo")).toBe(true);
    for (const name of ["", "toString", "__proto__", "Process-Photo"])
      expect(isJobName(name)).toBe(false);
  });
});

describe("decodePayload", () => {
  test("gives what was enqueued", () => {
    expect(decodePayload("process-photo", '{"photoId":7}')).toEqual({ photoId: 7 });
  });

  test.each(["", "{", "null", "{}", '{"photoId":0}', '{"photoId":"7"}'])(
    "says for good that %j does not fit",
    (json) => {
      expect(() => decodePayload("process-photo", json)).toThrow(PermanentJobError);
    },
  );
});
