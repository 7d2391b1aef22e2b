import { markDispatched } from "@tendril/database";
import { seconds } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import {
  finish,
  giveUp,
  handBack,
  heartbeat,
  leaseSeconds,
  LeaseLostError,
  redrive,
  retryLater,
} from "../src/index.ts";
import { openLedger, messageOf, type TestLedger } from "./_ledger.ts";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger?.[Symbol.asyncDispose]());

/** An attempt whose worker seemed dead, while another worker has its job by now. */
async function overtaken() {
  const message = await ledger.enqueue();
  const late = await ledger.claim(message, "worker-1");
  ledger.later(seconds(leaseSeconds + 1));
  const current = await ledger.claim(message, "worker-2");
  return { message, late, current, before: await ledger.row(message) };
}

const error = new Error("too late");
const endings = {
  finish: (late) => finish(ledger.as("worker-1"), late.attempt, { state: "done" }),
  "give up": (late) => giveUp(ledger.as("worker-1"), late, error),
  "try again": (late) => retryLater(ledger.as("worker-1"), late, error),
  "hand back": (late) => handBack(ledger.as("worker-1"), late, { thrown: error, afterMs: 0 }),
} satisfies Record<string, (late: Awaited<ReturnType<TestLedger["claim"]>>) => Promise<void>>;

test.each(Object.entries(endings))(
  "an overtaken attempt cannot %s, and leaves no trace",
  async (_, end) => {
    const { message, late, before } = await overtaken();
    await expect(end(late)).rejects.toThrow(LeaseLostError);
    expect(await ledger.row(message)).toEqual(before);
    expect(await ledger.letters(message)).toEqual([]);
  },
);

test("an overtaken attempt cannot lengthen the lease of the other", async () => {
  const { message, late, before } = await overtaken();
  ledger.later(seconds(1));
  expect(await heartbeat(ledger.as("worker-1"), late.attempt)).toBe(false);
  expect(await ledger.row(message)).toEqual(before);
});

test("an attempt of an earlier generation cannot finish the next one", async () => {
  const message = await ledger.enqueue();
  const first = await ledger.claim(message);
  await giveUp(ledger.as("worker-1"), first, error);
  const [letter] = await ledger.letters(message);
  expect(letter && (await redrive(ledger, letter, { reason: "fixed" }))).toBe(true);
  const again = messageOf(await ledger.row(message));
  const second = await ledger.claim(again);
  const late = { ...second.attempt, generation: 0 };
  await expect(finish(ledger.as("worker-1"), late, { state: "done" })).rejects.toThrow(
    LeaseLostError,
  );
  await finish(ledger.as("worker-1"), second.attempt, { state: "done" });
  expect(await ledger.row(message)).toMatchObject({ state: "done", generation: 1 });
});

test("whoever sends a message late does not mark the attempt that came after it", async () => {
  const message = await ledger.enqueue();
  const sentAs = await ledger.row(message);
  await retryLater(ledger.as("worker-1"), await ledger.claim(message), error);
  // Its process was paused between the send and the mark; the job has come and gone meanwhile.
  await markDispatched(ledger.db, [sentAs], ledger.clock.at);
  expect(await ledger.row(message)).toMatchObject({ state: "queued", dispatchedAt: null });
});
