import { seconds } from "@tendril/runtime";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  claim,
  finish,
  giveUp,
  leaseSeconds,
  readHistory,
  retryLater,
  type JobMessage,
} from "../src/index.ts";
import { openLedger, type TestLedger } from "./_ledger.ts";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger?.[Symbol.asyncDispose]());

describe("a claim", () => {
  test("notes who has the job, since which attempt and until when", async () => {
    const message = await ledger.enqueue();
    const { attempt } = await ledger.claim(message, "worker-7");
    expect(attempt).toEqual({ id: message.id, generation: 0, claims: 1 });
    const job = await ledger.row(message);
    expect(job).toMatchObject({ state: "running", worker: "worker-7", attempts: 1 });
    expect(Number(job.leaseUntil) - ledger.clock.at.getTime()).toBe(seconds(leaseSeconds));
  });

  test("reads the payload from the row, not from the message", async () => {
    const message = await ledger.enqueue();
    const { job } = await ledger.claim({ ...message, trace: '{"emailId":9}' });
    expect(job.payload).toBe('{"emailId":1}');
  });
});

describe("a job that runs elsewhere", () => {
  test("is free again when its lease ends", async () => {
    const message = await ledger.enqueue();
    await ledger.claim(message, "worker-1");
    ledger.later(seconds(10));
    const answer = await claim(ledger.as("worker-2"), message, ledger.clock.now());
    expect(answer).toEqual({ kind: "running-elsewhere", freeInMs: seconds(leaseSeconds - 10) });
  });
});

describe("a job without a verdict", () => {
  test("is charged, marked as crashed, and the crash is on record", async () => {
    const message = await ledger.enqueue();
    const began = ledger.clock.at;
    await ledger.claim(message, "worker-1");
    ledger.later(seconds(leaseSeconds + 1));
    const { job } = await ledger.claim(message, "worker-2");
    expect(job).toMatchObject({ crashed: true, attempts: 2, claims: 2, worker: "worker-2" });
    expect(job).toMatchObject({ startedAt: ledger.clock.at, workerRelease: "test" });
    const history = readHistory(job.history);
    expect(history).toEqual([
      expect.objectContaining({
        attempt: 1,
        worker: "worker-1",
        release: "test",
        outcome: "crashed",
      }),
    ]);
    expect(new Date(history[0]?.startedAt ?? "")).toEqual(began);
  });
});

test("a message that comes twice does not cut the wait after a failure short", async () => {
  const message = await ledger.enqueue();
  const claimed = await ledger.claim(message);
  await retryLater(ledger.as("worker-1"), claimed, new Error("not yet"));
  expect(await claim(ledger.as("worker-2"), message, ledger.clock.now())).toMatchObject({
    kind: "over",
  });
  expect(await ledger.row(message)).toMatchObject({ state: "queued", attempts: 1 });
  ledger.later(seconds(900));
  await ledger.claim(message);
  expect(await ledger.row(message)).toMatchObject({ state: "running", attempts: 2 });
});

describe("a message has nothing left to do", () => {
  const over = (message: JobMessage) => claim(ledger.as("worker-1"), message, new Date(0));

  test.each(["done", "skipped"] as const)("when its job is %s", async (state) => {
    const message = await ledger.enqueue();
    const { attempt } = await ledger.claim(message);
    await finish(ledger.as("worker-1"), attempt, { state });
    expect(await over(message)).toEqual({ kind: "over", why: state });
    expect(await ledger.row(message)).toMatchObject({ state, attempts: 1 });
  });

  test("when its job died after it was sent", async () => {
    const message = await ledger.enqueue();
    await giveUp(ledger.as("worker-1"), await ledger.claim(message), new Error("no"));
    expect(await over(message)).toEqual({ kind: "over", why: "dead" });
    expect(await ledger.row(message)).toMatchObject({ state: "dead", generation: 0 });
  });

  test("when it is of an older generation", async () => {
    const message = await ledger.enqueue();
    const earlier = { ...message, generation: -1 };
    expect(await over(earlier)).toEqual({ kind: "over", why: "older generation" });
    expect(await ledger.row(message)).toMatchObject({ state: "queued", attempts: 0 });
  });

  test("when its job was purged long ago", async () => {
    const message = await ledger.enqueue();
    await ledger.db.tables.jobs.destroy({ where: { id: message.id } });
    expect(await over(message)).toEqual({ kind: "stray" });
  });
});
