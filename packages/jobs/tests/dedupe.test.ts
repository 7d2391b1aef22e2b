import { bumpGalleryVersion, readGalleryVersion, transaction } from "@tendril/database";
import { afterAll, beforeAll, expect, test } from "vitest";

import { retryLater } from "../src/index.ts";
import { openLedger, type TestLedger } from "./_ledger.ts";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger?.[Symbol.asyncDispose]());

const options = (dedupeKey: string) => ({ fairnessGroup: "test", trace: "test", dedupeKey });
const again = (dedupeKey: string) =>
  transaction(ledger.db, (tx) =>
    ledger.outbox.enqueue(tx, "send-email", { emailId: 1 }, options(dedupeKey)),
  );

test("while a job waits no second one with its key is made", async () => {
  await ledger.enqueue(options("waits"));
  expect(await again("waits")).toBeNull();
  expect(await again("another")).not.toBeNull();
});

test("once a job has begun it may be too late for what is new: a second one is made", async () => {
  const message = await ledger.enqueue(options("begun"));
  await ledger.claim(message);
  expect(await again("begun")).not.toBeNull();
});

test("the first one may fail and wait again beside the second", async () => {
  const message = await ledger.enqueue(options("fails"));
  const claimed = await ledger.claim(message);
  const second = await again("fails");
  await retryLater(ledger.as("worker-1"), claimed, new Error("not yet"));
  expect(await ledger.row(message)).toMatchObject({ state: "queued", dedupeKey: null });
  expect(await ledger.row({ id: second ?? "" })).toMatchObject({ dedupeKey: "fails" });
});

test.each(["alone", "many at once"])(
  "what relies on a job that waits is committed before that job begins: %s",
  async (key) => {
    const message = await ledger.enqueue(options(key));
    const before = await readGalleryVersion(ledger.db);
    const claiming = await transaction(ledger.db, async (tx) => {
      await bumpGalleryVersion(tx);
      const job = { payload: { emailId: 1 }, options: options(key) };
      const made =
        key === "alone"
          ? await ledger.outbox.enqueue(tx, "send-email", job.payload, job.options)
          : await ledger.outbox.enqueueAll(tx, "send-email", [job]);
      expect(made).toBeFalsy();
      // It sees what is committed at the moment of its claim.
      const seen = ledger.claim(message).then(() => readGalleryVersion(ledger.db));
      await readGalleryVersion(ledger.db);
      return { seen };
    });
    expect(await claiming.seen).toBe(before + 1);
  },
);

test("of many at once those are left out whose key waits; the others are sent", async () => {
  await ledger.enqueue(options("one"));
  const later = { runAt: new Date(ledger.clock.now().getTime() + 60_000) };
  const jobs = ["one", "two", "three"].map((key) => ({
    payload: { emailId: 1 },
    options: { ...options(key), ...(key === "three" && later) },
  }));
  const inserted = await transaction(ledger.db, (tx) =>
    ledger.outbox.enqueueAll(tx, "send-email", jobs),
  );
  expect(inserted).toBe(2);
  expect(await again("two")).toBeNull();
  expect(await again("three")).toBeNull();
  expect(await transaction(ledger.db, (tx) => ledger.outbox.enqueueAll(tx, "send-email", []))).toBe(
    0,
  );
});
