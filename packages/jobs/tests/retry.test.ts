import { minutes, seconds } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { giveUp, handBack, readHistory, relayOnce, retryLater } from "../src/index.ts";
import { receiveAll } from "./_jobs.ts";
import { openLedger, type TestLedger } from "./_ledger.ts";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger?.[Symbol.asyncDispose]());

const worker = () => ledger.as("worker-1");
const error = new Error("not yet");

test("a failed attempt waits in the outbox, and only the relay sends it again", async () => {
  const message = await ledger.enqueue();
  await retryLater(worker(), await ledger.claim(message), error);
  expect(await relayOnce(ledger)).toBe(0);
  expect(await receiveAll(ledger, "mail")).toEqual([]);
  ledger.later(seconds(10));
  expect(await relayOnce(ledger)).toBe(1);
  expect(await receiveAll(ledger, "mail")).toEqual([message.id]);
});

test("each wait is as long as it says, whenever a relay had the job in hand before", async () => {
  const message = await ledger.enqueue();
  await retryLater(worker(), await ledger.claim(message), error);
  ledger.later(seconds(10));
  expect(await relayOnce(ledger)).toBe(1);
  await retryLater(worker(), await ledger.claim(message), error);
  // The second wait lasts up to 20 s, and a relay holds on to what it sends for 30 s.
  ledger.later(seconds(20));
  expect(await relayOnce(ledger)).toBe(1);
  expect(await receiveAll(ledger, "mail")).toEqual([message.id, message.id]);
});

test("what was handed back did not happen, however often", async () => {
  const message = await ledger.enqueue();
  for (let times = 0; times < 60; times++) {
    const back = { thrown: new Error("S3 is away"), afterMs: 0 };
    await handBack(worker(), await ledger.claim(message), back);
  }
  const job = await ledger.row(message);
  expect(job).toMatchObject({ state: "queued", attempts: 0, claims: 60, lastError: "S3 is away" });
  // The record has an end all the same.
  expect(readHistory(job.history)).toHaveLength(50);
});

test("the row tells of every attempt that did not succeed", async () => {
  const message = await ledger.enqueue();
  await retryLater(worker(), await ledger.claim(message), new Error("first"));
  ledger.later(minutes(1));
  await handBack(worker(), await ledger.claim(message), { thrown: "second", afterMs: 0 });
  const at = ledger.clock.at.toISOString();
  const { history } = await ledger.row(message);
  expect(readHistory(history)).toEqual([
    expect.objectContaining({ attempt: 1, outcome: "failed", error: "first" }),
    {
      attempt: 2,
      outcome: "handed back",
      error: "second",
      worker: "worker-1",
      release: "test",
      dueAt: expect.any(String),
      sentAt: at,
      startedAt: at,
      at,
    },
  ]);
});

test.each([
  ["a very long message", new Error("ä".repeat(100_000))],
  ["a very long stack", Object.assign(new Error("no"), { stack: "ä".repeat(100_000) })],
  ["no error at all", undefined],
])("an attempt that fails with %s gets its verdict", async (_, thrown) => {
  const message = await ledger.enqueue();
  await retryLater(worker(), await ledger.claim(message), thrown);
  ledger.later(minutes(1));
  await giveUp(worker(), await ledger.claim(message), thrown);
  expect(await ledger.row(message)).toMatchObject({ state: "dead", attempts: 2 });
  expect(await ledger.letters(message)).toHaveLength(1);
});
