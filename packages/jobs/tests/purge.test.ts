import { closeLetters, findJob, purgeJobs } from "@tendril/database";
import { days } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { finish, giveUp } from "../src/index.ts";
import { openLedger, type TestLedger } from "./_ledger.ts";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger?.[Symbol.asyncDispose]());

const worker = () => ledger.as("worker-1");

async function ended(state: "done" | "skipped") {
  const message = await ledger.enqueue();
  await finish(worker(), (await ledger.claim(message)).attempt, { state });
  return message;
}

test("purging takes finished jobs that are old enough, and nothing else", async () => {
  const old = [await ended("done"), await ended("skipped")];
  const dead = await ledger.enqueue();
  await giveUp(worker(), await ledger.claim(dead), new Error("no"));
  const waiting = await ledger.enqueue();
  const running = await ledger.enqueue();
  await ledger.claim(running);
  ledger.later(days(19));
  const recent = await ended("done");

  const before = new Date(ledger.clock.at.getTime() - days(18));
  expect(await purgeJobs(ledger.db, before, 100)).toBe(2);
  for (const { id } of old) expect(await findJob(ledger.db, id)).toBeNull();
  for (const { id } of [dead, waiting, running, recent])
    expect(await findJob(ledger.db, id)).not.toBeNull();
});

test("a dead job goes when its letter was dropped, and stays while one of its letters is open", async () => {
  const dead = [await ledger.enqueue(), await ledger.enqueue()] as const;
  for (const message of dead) await giveUp(worker(), await ledger.claim(message), new Error("no"));
  const [dropped, open] = dead;
  const ids = (await ledger.letters(dropped)).map(({ id }) => id);
  await closeLetters(ledger.db, ids, { state: "dropped", reason: "a test", at: ledger.clock.at });
  ledger.later(days(20));
  expect(await purgeJobs(ledger.db, ledger.clock.at, 100)).toBe(1);
  expect(await findJob(ledger.db, dropped.id)).toBeNull();
  expect(await findJob(ledger.db, open.id)).not.toBeNull();
  expect(await ledger.letters(dropped)).toMatchObject([{ state: "dropped" }]);
});

test("purging takes the oldest first, and no more at a time than it was told", async () => {
  const oldest = await ended("done");
  ledger.later(days(1));
  const newer = await ended("done");
  ledger.later(days(20));
  await ledger.db.tables.jobs.update({ finishedAt: new Date(0) }, { where: { id: oldest.id } });
  expect(await purgeJobs(ledger.db, ledger.clock.at, 1)).toBe(1);
  expect(await findJob(ledger.db, oldest.id)).toBeNull();
  expect(await findJob(ledger.db, newer.id)).not.toBeNull();
});
