import { getEventListeners } from "node:events";

import { createLogger, type Dependency } from "@tendril/runtime";
import { expect, test } from "vitest";

import { createGates } from "./gates.ts";

const logger = createLogger({ level: "silent", tier: "worker", instance: "test" });
const never = new AbortController().signal;

/** S3 answers when it is told to. */
function gates() {
  const s3 = { there: true, asked: 0 };
  const probe = async () => {
    s3.asked += 1;
    if (!s3.there) throw new Error("away");
  };
  return { s3, gates: createGates(logger, { s3: probe }) };
}

test("what needs nothing that is away goes on", async () => {
  const { s3, gates: all } = gates();
  await using _gates = all;
  s3.there = false;
  all.close("s3");
  await all.opened(["database", "ses"], never);
  expect(s3.asked).toBe(0);
});

test("what needs it waits until a probe finds it there", async () => {
  const { s3, gates: all } = gates();
  await using _gates = all;
  s3.there = false;
  all.close("s3");
  let open = false;
  const opened = all.opened(["database", "s3"], never).then(() => (open = true));
  await expect.poll(() => s3.asked, { timeout: 5_000 }).toBeGreaterThan(1);
  expect(open).toBe(false);
  s3.there = true;
  await opened;
});

test("it is probed once, however many find it away", async () => {
  const { s3, gates: all } = gates();
  await using _gates = all;
  for (let times = 0; times < 20; times++) all.close("s3");
  await all.opened(["s3"], never);
  expect(s3.asked).toBe(1);
});

test("nobody waits for it once the worker stops", async () => {
  const { s3, gates: all } = gates();
  s3.there = false;
  all.close("s3");
  const stop = new AbortController();
  const opened = all.opened(["s3"], stop.signal);
  stop.abort();
  await opened;
  await all[Symbol.asyncDispose]();
});

test("waiting leaves nothing behind on the signal, which lives as long as the worker", async () => {
  const { gates: all } = gates();
  await using _gates = all;
  const { signal } = new AbortController();
  const needs: Dependency[] = ["s3"];
  for (let times = 0; times < 100; times++) await all.opened(needs, signal);
  all.close("s3");
  await all.opened(needs, signal);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
