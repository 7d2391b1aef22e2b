import { createLogger, seconds } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createDispatcher, createOutbox, relayOnce } from "../src/index.ts";
import { enqueue } from "./_jobs.ts";
import { openLedger, type TestLedger } from "./_ledger.ts";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger?.[Symbol.asyncDispose]());

const flush = () => ledger.dispatcher[Symbol.asyncDispose]();
const unsent = () => ledger.db.tables.jobs.count({ where: { dispatchedAt: null } });

/** SQS answers nobody until it is let go. */
function stallSqs() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { middlewareStack } = ledger.queues.sqs;
  middlewareStack.add(
    (next, { commandName }) =>
      async (call) => {
        if (commandName === "SendMessageBatchCommand") await promise;
        return next(call);
      },
    { step: "initialize", name: "stall" },
  );
  return () => {
    middlewareStack.remove("stall");
    resolve();
  };
}

test("nobody waits for SQS, and what waits for it is bounded: the relay sends the rest", async () => {
  const letGo = stallSqs();
  // All of this returns while SQS answers nothing.
  await enqueue(ledger, 1);
  await expect.poll(() => ledger.batches.length).toBe(1);
  for (let times = 0; times < 6; times++) await enqueue(ledger, 200);
  letGo();
  await flush();
  expect(await unsent()).toBe(200);
  ledger.later(seconds(11));
  expect(await relayOnce(ledger)).toBe(200);
  expect(await unsent()).toBe(0);
});

test("what has waited for SQS as long as the relay does is left to the relay", async () => {
  const letGo = stallSqs();
  const begun = ledger.batches.length + 1;
  await enqueue(ledger, 1);
  await expect.poll(() => ledger.batches.length).toBe(begun);
  await enqueue(ledger, 30);
  ledger.later(seconds(11));
  await enqueue(ledger, 1);
  letGo();
  await flush();
  expect(ledger.batches.slice(begun)).toEqual([1]);
  expect(await relayOnce(ledger)).toBe(30);
});

test("messages name the person whom the work is for, so that queues take turns", async () => {
  const groups: string[] = [];
  ledger.queues.sqs.middlewareStack.add(
    (next) => (call) => {
      const entries = "Entries" in call.input ? (call.input.Entries ?? []) : [];
      for (const entry of entries)
        if ("MessageGroupId" in entry) groups.push(entry.MessageGroupId ?? "");
      return next(call);
    },
    { step: "initialize", name: "groups" },
  );
  await enqueue(ledger, 1, { fairnessGroup: "user-7" });
  await enqueue(ledger, 1, { fairnessGroup: "user-8" });
  await flush();
  ledger.queues.sqs.middlewareStack.remove("groups");
  expect(groups).toEqual(["user-7", "user-8"]);
});

/** SQS takes requests in and answers none of them, as when it is overloaded. */
function silenceSqs() {
  const { middlewareStack } = ledger.queues.sqs;
  let asked = 0;
  middlewareStack.add(
    (next, { commandName }) =>
      (call) => {
        if (commandName !== "SendMessageBatchCommand") return next(call);
        asked += 1;
        return new Promise((_, reject) => setTimeout(reject, seconds(1), new Error("no answer")));
      },
    { step: "initialize", name: "silence" },
  );
  return { asked: () => asked, [Symbol.dispose]: () => void middlewareStack.remove("silence") };
}

test("a process that stops while SQS does not answer leaves what is not sent to the relay, soon", async () => {
  using sqs = silenceSqs();
  const { db, queues, clock } = ledger;
  const logger = createLogger({ level: "silent", tier: "worker", instance: "test" });
  const dispatcher = createDispatcher({ db, queues, clock, logger });
  const outbox = createOutbox(dispatcher, clock);
  await enqueue({ ...ledger, dispatcher, outbox }, 50);
  await expect.poll(sqs.asked).toBeGreaterThan(0);
  await enqueue({ ...ledger, dispatcher, outbox }, 50);
  const before = sqs.asked();
  await dispatcher[Symbol.asyncDispose]();
  expect(sqs.asked()).toBeLessThan(before + 2);
  expect(await unsent()).toBe(100);
});

test("a relay that stops while SQS does not answer begins no further request", async () => {
  for (let count = 0; count < 30; count++) await ledger.enqueue();
  ledger.later(seconds(60));
  const stopping = new AbortController();
  using sqs = silenceSqs();
  const relaying = relayOnce(ledger, stopping.signal);
  await expect.poll(sqs.asked).toBeGreaterThan(0);
  const before = sqs.asked();
  stopping.abort(new Error("stopping"));
  await expect(relaying).rejects.toThrow("no answer");
  expect(sqs.asked()).toBeLessThan(before + 2);
});

test("a relay lets go of its rows before another may take them", async () => {
  for (let count = 0; count < 30; count++) await ledger.enqueue();
  ledger.later(seconds(60));
  using sqs = silenceSqs();
  const relaying = relayOnce(ledger);
  await expect.poll(sqs.asked).toBeGreaterThan(0);
  const before = sqs.asked();
  ledger.later(seconds(25));
  await expect(relaying).rejects.toThrow("no answer");
  expect(sqs.asked()).toBeLessThan(before + 2);
});
