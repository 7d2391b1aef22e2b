import { markDispatched } from "@tendril/database";
import { days, hours, minutes, seconds } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { claim, finish, redrive, relayOnce, retryLater, type JobMessage } from "../src/index.ts";
import { receiveAll } from "./_jobs.ts";
import { messageOf, openLedger, type TestLedger } from "./_ledger.ts";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger?.[Symbol.asyncDispose]());

/** A job as the next release writes it; to us it is too new in its name or in its version. */
async function newer(change: { name: string } | { version: number }): Promise<JobMessage> {
  const message = await ledger.enqueue();
  await ledger.db.tables.jobs.update(change, { where: { id: message.id } });
  return messageOf(await ledger.row(message));
}

const take = (message: JobMessage) => claim(ledger.as("worker-1"), message, ledger.clock.at);

/** Offered to a worker of this release again and again. */
async function offer(message: JobMessage, ms: number) {
  for (let past = 0; past < ms; past += minutes(30)) {
    await take(message);
    ledger.later(minutes(30));
  }
}

test.each([{ name: "of-the-next-release" }, { version: 2 }])(
  "a job with %j waits a minute in the outbox, uncharged",
  async (change) => {
    const message = await newer(change);
    expect(await take(message)).toEqual({ kind: "over", why: "postponed" });
    const waiting = { state: "queued", attempts: 0, claims: 0, dispatchedAt: null };
    expect(await ledger.row(message)).toMatchObject({
      ...waiting,
      lastError: `No worker knows ${message.name} in version ${message.version}`,
    });
    ledger.later(seconds(59));
    expect(await relayOnce(ledger)).toBe(0);
    ledger.later(seconds(2));
    expect(await relayOnce(ledger)).toBe(1);
    expect(await receiveAll(ledger, "mail")).toEqual([message.id]);
  },
);

test("one that comes to such a worker before its sender has noted that it is sent waits all the same", async () => {
  const message = await newer({ version: 2 });
  const sentAs = await ledger.row(message);
  await take(message);
  await markDispatched(ledger.db, [sentAs], ledger.clock.at);
  expect(await ledger.row(message)).toMatchObject({ state: "queued", dispatchedAt: null });
});

test("nobody is bothered for a day, then people have to look", async () => {
  const message = await newer({ version: 2 });
  await offer(message, hours(24));
  expect(await ledger.letters(message)).toEqual([]);
  expect(await take(message)).toEqual({ kind: "over", why: "given up" });
  expect(await ledger.row(message)).toMatchObject({ state: "dead" });
  expect(await ledger.letters(message)).toMatchObject([
    { state: "open", name: "send-email", payload: '{"emailId":1}' },
  ]);
  expect(await take(message)).toEqual({ kind: "over", why: "not waiting" });
});

test("the day begins when it is first unknown, however old the job is", async () => {
  const message = await newer({ version: 2 });
  ledger.later(days(3));
  expect(await take(message)).toMatchObject({ why: "postponed" });
  await offer(message, hours(23));
  expect(await ledger.letters(message)).toEqual([]);
});

test("the day begins anew when people send the job back", async () => {
  const message = await newer({ version: 2 });
  await offer(message, hours(25));
  const [letter] = await ledger.letters(message);
  expect(letter && (await redrive(ledger, letter, { reason: "deployed" }))).toBe(true);
  expect(await take({ ...message, generation: 1 })).toMatchObject({ why: "postponed" });
});

test("a worker that knows it does it, whatever older ones said before", async () => {
  const message = await newer({ version: 2 });
  await take(message);
  // The next release's catalogue, as far as this test needs one: it knows this job.
  await ledger.db.tables.jobs.update({ version: 1 }, { where: { id: message.id } });
  const known = messageOf(await ledger.row(message));
  const { attempt, job } = await ledger.claim(known);
  expect(job.attempts).toBe(1);
  await finish(ledger.as("worker-2"), attempt, { state: "done" });
  expect(await take(message)).toEqual({ kind: "over", why: "not waiting" });
});

test("a message of another generation changes nothing", async () => {
  const message = await newer({ version: 2 });
  const known = { ...message, version: 1 };
  await retryLater(ledger.as("worker-2"), await ledger.claim(known), new Error("not yet"));
  const before = await ledger.row(message);
  expect(await take({ ...message, generation: 7 })).toEqual({ kind: "over", why: "not waiting" });
  expect(await ledger.row(message)).toEqual(before);
});
