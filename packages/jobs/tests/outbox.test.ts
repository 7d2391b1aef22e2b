import { transaction } from "@tendril/database";
import { seconds } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { relayOnce } from "../src/index.ts";
import { enqueue, enqueueIn, jobRow, openJobSpace, receiveAll, type JobSpace } from "./_jobs.ts";

let space: JobSpace;

beforeAll(async () => {
  space = await openJobSpace();
});
afterAll(() => space?.[Symbol.asyncDispose]());

const sent = z.object({ dispatched_at: z.coerce.string().nullable() });
const dispatchedAt = async (id: string) => (await jobRow(space.db, id, sent)).dispatched_at;
const flush = () => space.dispatcher[Symbol.asyncDispose]();
const later = (ms: number) => {
  space.clock.at = new Date(space.clock.at.getTime() + ms);
};

async function countJobs(): Promise<number> {
  const [rows] = await space.db.sequelize.query("SELECT COUNT(*) AS count FROM jobs");
  return z.tuple([z.object({ count: z.number() })]).parse(rows)[0].count;
}

test("a transaction that is rolled back leaves no job and sends nothing", async () => {
  const requests = space.batches.length;
  const broken = transaction(space.db, async (tx) => {
    await enqueueIn(tx, space.outbox, 3);
    throw new Error("Something else went wrong");
  });
  await expect(broken).rejects.toThrow("Something else");
  await flush();
  expect(await countJobs()).toBe(0);
  expect(space.batches).toHaveLength(requests);
});

test("a commit that fails sends nothing: the database went away before it", async () => {
  const requests = space.batches.length;
  const broken = transaction(space.db, async (tx) => {
    await enqueueIn(tx, space.outbox, 3);
    await space.env.stop("database");
  });
  await expect(broken).rejects.toThrow();
  await space.env.resume("database");
  await flush();
  expect(await countJobs()).toBe(0);
  expect(space.batches).toHaveLength(requests);
});

test("a job cannot be written outside a transaction", async () => {
  await expect(enqueueIn(space.db, space.outbox, 1)).rejects.toThrow(/outside a transaction/);
  expect(await countJobs()).toBe(0);
});

test("a payload that does not fit is refused before it is written", async () => {
  const wrong = transaction(space.db, (tx) =>
    space.outbox.enqueue(tx, "process-photo", { photoId: -1 }, { fairnessGroup: "x", trace: "x" }),
  );
  await expect(wrong).rejects.toThrow();
  expect(await countJobs()).toBe(0);
});

test("jobs are sent after the commit, at most ten with one request", async () => {
  space.batches.length = 0;
  const ids = await transaction(space.db, async (tx) => {
    const written = await enqueueIn(tx, space.outbox, 25);
    await flush();
    expect(space.batches).toEqual([]);
    return written;
  });
  await flush();
  expect(space.batches).toEqual([10, 10, 5]);
  expect((await receiveAll(space, "media")).sort()).toEqual(ids.toSorted());
  for (const id of ids) expect(await dispatchedAt(id)).not.toBeNull();
});

test("while SQS is away nothing is lost: the relay sends it, but not while it is fresh", async () => {
  await space.env.stop("sqs");
  const ids = await enqueue(space, 12);
  await flush();
  for (const id of ids) expect(await dispatchedAt(id)).toBeNull();
  later(seconds(11));
  await expect(relayOnce(space)).rejects.toThrow();
  await space.env.resume("sqs");

  // A relay that failed has its rows in hand for a while.
  later(seconds(31));
  space.batches.length = 0;
  expect(await relayOnce(space)).toBe(12);
  expect(space.batches).toEqual([10, 2]);
  expect((await receiveAll(space, "media")).sort()).toEqual(ids.toSorted());
  expect(await relayOnce(space)).toBe(0);
});

test("the relay leaves fresh rows to the process that wrote them", async () => {
  await space.env.stop("sqs");
  const ids = await enqueue(space, 1);
  await flush();
  await space.env.resume("sqs");
  later(seconds(5));
  expect(await relayOnce(space)).toBe(0);
  later(seconds(6));
  expect(await relayOnce(space)).toBe(1);
  expect(await receiveAll(space, "media")).toEqual(ids);
});

test("a job for later is sent when its time has come", async () => {
  const runAt = new Date(space.clock.at.getTime() + seconds(60));
  const ids = await enqueue(space, 1, { runAt });
  await flush();
  later(seconds(60) - 1);
  expect(await relayOnce(space)).toBe(0);
  expect(await receiveAll(space, "media")).toEqual([]);
  later(1);
  expect(await relayOnce(space)).toBe(1);
  expect(await receiveAll(space, "media")).toEqual(ids);
});

test("relays that run at the same time send each row once", async () => {
  const runAt = new Date(space.clock.at.getTime() + seconds(1));
  const ids = await enqueue(space, 30, { runAt });
  later(seconds(2));
  const found = await Promise.all(Array.from({ length: 4 }, () => relayOnce(space)));
  expect(found.reduce((sum, count) => sum + count, 0)).toBe(30);
  expect((await receiveAll(space, "media")).sort()).toEqual(ids.toSorted());
});
