import { insertUser, transaction } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { claim, giveUp } from "@tendril/jobs";
import { days, hours, NotFoundError, seconds, timeOrderedId } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import {
  findJobs,
  findRedrive,
  isQuiet,
  openLettersNow,
  RedriveGoesOnError,
  showJob,
  startRedrive,
  stepRedrive,
} from "../src/index.ts";
import { openOperations } from "./_operations.ts";

let env: TestEnv;
let ops: Awaited<ReturnType<typeof openOperations>>;
let ada: number;

beforeAll(async () => {
  env = await startTestEnv({ tiers: [] });
  ops = await openOperations(env);
  const person = { username: "ada", email: "ada@example.com", displayName: "Ada" };
  const inserted = await insertUser(ops.db, { ...person, passwordHash: "-" });
  ada = "id" in inserted ? inserted.id : 0;
});
afterAll(async () => {
  await ops?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

const enqueue = (photoId: number, trace: string) =>
  transaction(ops.db, async (tx) => {
    const options = { fairnessGroup: "test", trace, requestedBy: ada };
    const id = await ops.outbox.enqueue(tx, "process-photo", { photoId }, options);
    return id ?? "";
  });

/** A job that is given up at its first attempt. */
async function die(photoId: number, error: string): Promise<string> {
  const id = await enqueue(photoId, "request-2");
  const ledger = { ...ops, instanceId: "worker-1", release: { commit: "test" } };
  const message = { id, generation: 0, name: "process-photo", version: 1, trace: "request-2" };
  const claimed = await claim(ledger, message, new Date());
  if (claimed.kind !== "claimed") throw new Error(claimed.kind);
  await giveUp(ledger, claimed, new Error(error));
  return id;
}

test("jobs are found by what is known of them, newest first, page by page", async () => {
  const ids: string[] = [];
  for (const photoId of [1, 2, 3]) ids.push(await enqueue(photoId, "request-1"));
  const newest = ids.toReversed();

  const first = await findJobs(ops, { trace: "request-1" }, { limit: 2 });
  expect(first.jobs.map(({ id }) => id)).toEqual(newest.slice(0, 2));
  expect(first.since).toBeNull();
  const second = await findJobs(
    ops,
    { trace: "request-1" },
    { before: first.next ?? "", limit: 2 },
  );
  expect(second).toMatchObject({ jobs: [{ id: newest[2], requestedByName: "ada" }], next: null });

  const { jobs } = await findJobs(ops, { person: "ada", payload: '"photoId":2' });
  expect(jobs.map(({ id }) => id)).toEqual([ids[1]]);
  expect((await findJobs(ops, { state: "queued", name: "send-email" })).jobs).toEqual([]);
  const tomorrow = new Date(Date.now() + days(1));
  const inAnHour = new Date(Date.now() + hours(1));
  expect((await findJobs(ops, { since: tomorrow })).jobs).toEqual([]);
  expect((await findJobs(ops, { until: inAnHour })).jobs).toHaveLength(3);
  await expect(findJobs(ops, { person: "nobody" })).rejects.toThrow(NotFoundError);
});

test("a dead job is found by a piece of its error, and shown with its letter", async () => {
  const id = await die(4, "100% of the pixels are gone");

  const { jobs } = await findJobs(ops, { state: "dead", error: "100% OF THE" });
  expect(jobs.map((job) => job.id)).toEqual([id]);
  expect((await findJobs(ops, { error: "100_ of" })).jobs).toEqual([]);
  expect(await showJob(ops, id)).toMatchObject({
    job: { state: "dead", trace: "request-2" },
    attemptsAllowed: 5,
    requestedBy: { username: "ada" },
    history: [{ attempt: 1, outcome: "failed" }],
    letters: [{ jobId: id, state: "open" }],
  });
  await expect(showJob(ops, timeOrderedId())).rejects.toThrow(/There is no job/);
});

test("a redrive means what was asked about, is not begun twice, and keeps its pace behind canaries", async () => {
  const operator = { userId: ada, name: "ada" };
  const lens = { state: "open" as const, error: "The lens is foggy" };
  for (const photoId of [5, 6, 7, 8, 9]) await die(photoId, lens.error);
  const { filter, count } = await openLettersNow(ops, lens);
  expect(count).toBe(5);
  await die(10, lens.error);

  const wish = { filter, canary: 1, rate: 2, reason: "It is wiped" };
  const { id, planned } = await startRedrive(ops, operator, wish);
  expect(planned).toBe(5);
  const twice = startRedrive(ops, operator, { ...wish, filter: lens, rate: null });
  await expect(twice).rejects.toThrow(RedriveGoesOnError);

  let now = Date.now();
  const clock = { now: () => new Date(now) };
  const run = () => findRedrive(ops, id);
  const step = async () => {
    const { step } = await run();
    const { effects } = await stepRedrive({ ...ops, clock }, { runId: id, step }, neverAborted);
    await transaction(ops.db, async (tx) => effects?.(tx));
    return (await run()).sent;
  };
  expect(await step()).toBe(1);
  // However long its canary takes, somebody looks after it.
  for (let look = 0; look < 3; look++) {
    now += seconds(50);
    expect(await step()).toBe(1);
  }
  now += seconds(20);
  expect(isQuiet(await run(), clock.now())).toBe(false);
  expect(isQuiet(await run(), new Date(now + seconds(50)))).toBe(true);

  await ops.db.tables.jobs.update({ state: "done" }, { where: { state: "queued" } });
  const sent: number[] = [];
  for (let second = 0; second < 4; second++) {
    sent.push(await step());
    now += seconds(1);
  }
  expect(sent).toEqual([1, 3, 5, 5]);
});

const neverAborted = new AbortController().signal;
