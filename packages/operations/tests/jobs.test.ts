import { insertUser, transaction } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { claim, giveUp } from "@tendril/jobs";
import { days, hours, NotFoundError, timeOrderedId } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { findJobs, showJob } from "../src/index.ts";
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
  const id = await enqueue(4, "request-2");
  const ledger = { ...ops, instanceId: "worker-1", release: { commit: "test" } };
  const message = { id, generation: 0, name: "process-photo", version: 1, trace: "request-2" };
  const claimed = await claim(ledger, message, new Date());
  if (claimed.kind !== "claimed") throw new Error(claimed.kind);
  await giveUp(ledger, claimed, new Error("100% of the pixels are gone"));

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
