import {
  markDispatched,
  requestDispatch,
  reserveUndispatched,
  transaction,
} from "@tendril/database";
import { seconds } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createOutbox, relayAll, relayOnce } from "../src/index.ts";
import { receiveAll } from "./_jobs.ts";
import { openLedger, type TestLedger } from "./_ledger.ts";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger?.[Symbol.asyncDispose]());

/** Answers no request to send until it is told to. */
function holdSends() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  ledger.queues.sqs.middlewareStack.add(
    (next, { commandName }) =>
      async (call) => {
        if (commandName === "SendMessageBatchCommand") {
          reach();
          await promise;
        }
        return next(call);
      },
    { step: "initialize", name: "hold" },
  );
  const release = () => {
    ledger.queues.sqs.middlewareStack.remove("hold");
    resolve();
  };
  return { reached, release };
}

test("while a relay waits for SQS its rows are free to be claimed, and no other relay sends them", async () => {
  const message = await ledger.enqueue();
  ledger.later(seconds(11));
  const { reached, release } = holdSends();
  const relaying = relayOnce(ledger);
  await reached;
  expect(await relayOnce(ledger)).toBe(0);
  await ledger.claim(message);
  release();
  expect(await relaying).toBe(1);
  expect(await receiveAll(ledger, "mail")).toEqual([message.id]);
});

test("a relay passes over what another one is just taking in hand", async () => {
  const taken = await ledger.enqueue();
  ledger.later(seconds(11));
  const now = ledger.clock.at;
  const reservation = { now, until: new Date(now.getTime() + seconds(5)), limit: 10 };
  const free = await transaction(ledger.db, async (tx) => {
    const rows = await reserveUndispatched(tx, { ...reservation, olderThan: now });
    expect(rows.map(({ id }) => id)).toEqual([taken.id]);
    const other = await ledger.enqueue();
    ledger.later(seconds(11));
    expect(await relayOnce(ledger)).toBe(1);
    return other;
  });
  expect(await receiveAll(ledger, "mail")).toEqual([free.id]);
  expect(await relayOnce(ledger)).toBe(1);
  expect(await receiveAll(ledger, "mail")).toEqual([taken.id]);
});

test("rows of a relay that died are sent by another one", async () => {
  const message = await ledger.enqueue();
  ledger.later(seconds(11));
  const sqs = new Proxy(ledger.queues, {
    get: (queues, name) =>
      name === "url" ? () => Promise.reject(new Error("killed")) : Reflect.get(queues, name),
  });
  await expect(relayOnce({ ...ledger, queues: sqs })).rejects.toThrow("killed");
  expect(await relayOnce(ledger)).toBe(0);
  ledger.later(seconds(31));
  expect(await relayOnce(ledger)).toBe(1);
  expect(await receiveAll(ledger, "mail")).toEqual([message.id]);
});

test("a job whose message is known to be lost is sent at once", async () => {
  const message = await ledger.enqueue();
  ledger.later(seconds(11));
  expect(await relayOnce(ledger)).toBe(1);
  await receiveAll(ledger, "mail");
  await requestDispatch(ledger.db, message.id);
  expect(await relayOnce(ledger)).toBe(1);
  expect(await receiveAll(ledger, "mail")).toEqual([message.id]);
});

test("entries that SQS refuses alone stay in the outbox", async () => {
  const good = await ledger.enqueue();
  const refused = await ledger.enqueue();
  ledger.queues.sqs.middlewareStack.add(
    (next) => async (call) => {
      const entries = "Entries" in call.input ? (call.input.Entries ?? []) : [];
      for (const entry of entries)
        if ("MessageBody" in entry && entry.MessageBody?.includes(refused.id))
          entry.MessageBody = "\u0000";
      return next(call);
    },
    { step: "initialize", name: "refuse" },
  );
  ledger.later(seconds(11));
  await expect(relayOnce(ledger)).rejects.toThrow(/refused 1 of 2/);
  ledger.queues.sqs.middlewareStack.remove("refuse");
  expect((await ledger.row(good)).dispatchedAt).not.toBeNull();
  expect((await ledger.row(refused)).dispatchedAt).toBeNull();
  ledger.later(seconds(31));
  expect(await relayOnce(ledger)).toBe(1);
});

test("whoever sends a message a second time does not make its job look fresher than it is", async () => {
  const message = await ledger.enqueue();
  const sentAs = await ledger.row(message);
  const first = ledger.clock.at;
  await markDispatched(ledger.db, [sentAs], first);
  ledger.later(seconds(60));
  await markDispatched(ledger.db, [sentAs], ledger.clock.at);
  expect(await ledger.row(message)).toMatchObject({ dispatchedAt: first });
});

test("a backlog of more than one pass is sent at once, not pass by pass", async () => {
  const options = { fairnessGroup: "test", trace: "test" };
  const jobs = Array.from({ length: 201 }, () => ({ payload: { emailId: 1 }, options }));
  const left = createOutbox({ offer: () => {} }, ledger.clock);
  await transaction(ledger.db, (tx) => left.enqueueAll(tx, "send-email", jobs));
  ledger.later(seconds(11));
  await relayAll(ledger, new AbortController().signal);
  expect(await ledger.db.tables.jobs.count({ where: { dispatchedAt: null } })).toBe(0);
});
