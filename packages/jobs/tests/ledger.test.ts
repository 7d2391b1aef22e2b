import { findJob, insertEmailMessage, type Database } from "@tendril/database";
import { seconds } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import {
  claim,
  finish,
  giveUp,
  handBack,
  heartbeat,
  leaseSeconds,
  LeaseLostError,
  retryLater,
  type Claimed,
  type Ledger,
} from "../src/index.ts";
import { enqueue, jobRow, openJobSpace, pointer, unknownId, type JobSpace } from "./_jobs.ts";

let space: JobSpace;
let ledger: Ledger;

beforeAll(async () => {
  space = await openJobSpace();
  const { db, clock } = space;
  ledger = { db, clock, instanceId: "worker-1", release: { commit: "test" } };
  await space.db.sequelize.query(
    `INSERT INTO users (username, email, password_hash, display_name, created_at)
      VALUES ('ida', 'ida@example.com', 'x', 'Ida', NOW(3))`,
  );
});
afterAll(() => space?.[Symbol.asyncDispose]());

const later = (ms: number) => {
  space.clock.at = new Date(space.clock.at.getTime() + ms);
};
const tryClaim = (id: string) => claim(ledger, pointer(id), space.clock.at);

async function newJob(): Promise<string> {
  const [id] = await enqueue(space, 1);
  if (!id) throw new Error("No job was written");
  return id;
}

async function claimed(id: string): Promise<Claimed> {
  const answer = await tryClaim(id);
  if (answer.kind !== "claimed") throw new Error(`The job is ${answer.kind}`);
  return answer;
}

/** An effect in the database that can be seen. */
const mail = (event: string) => async (tx: Database) => {
  const [rows] = await tx.sequelize.query("SELECT id FROM users");
  const [{ id: userId }] = z.tuple([z.object({ id: z.number() })]).parse(rows);
  const recipient = "ida@example.com";
  await insertEmailMessage(tx, { event, recipient, userId, template: "welcome" });
};

async function events(): Promise<string[]> {
  const [rows] = await space.db.sequelize.query("SELECT event FROM email_messages");
  return z
    .array(z.object({ event: z.string() }))
    .parse(rows)
    .map(({ event }) => event);
}

test("of twenty claims at once one gets the job", async () => {
  const id = await newJob();
  const answers = await Promise.all(Array.from({ length: 20 }, () => tryClaim(id)));
  const kinds = answers.map(({ kind }) => kind).sort();
  expect(kinds).toEqual(["claimed", ...Array.from({ length: 19 }, () => "running-elsewhere")]);
  expect(await findJob(space.db, id)).toMatchObject({ state: "running", attempts: 1 });
});

test("a finished job is over, and one that never was is a stray", async () => {
  const id = await newJob();
  await finish(ledger, (await claimed(id)).attempt, { state: "done", effects: mail("done") });
  expect(await events()).toContain("done");
  expect(await findJob(space.db, id)).toMatchObject({ state: "done", leaseUntil: null });
  expect((await tryClaim(id)).kind).toBe("over");
  expect((await tryClaim(unknownId())).kind).toBe("stray");
});

test("an older generation of a job is over", async () => {
  const id = await newJob();
  await space.db.sequelize.query("UPDATE jobs SET generation = 1 WHERE id = :id", {
    replacements: { id },
  });
  expect((await tryClaim(id)).kind).toBe("over");
  expect(await findJob(space.db, id)).toMatchObject({ state: "queued", attempts: 0 });
});

test("a lease that is kept up is nobody else's; one that ran out can be claimed", async () => {
  const id = await newJob();
  const first = await claimed(id);
  later(seconds(leaseSeconds - 1));
  expect(await heartbeat(ledger, first.attempt)).toBe(true);
  later(seconds(leaseSeconds - 1));
  expect((await tryClaim(id)).kind).toBe("running-elsewhere");
  later(seconds(2));
  const second = await claimed(id);
  expect(second.job.attempts).toBe(2);
  later(seconds(1));
  expect(await heartbeat(ledger, first.attempt)).toBe(false);
  expect(await heartbeat(ledger, second.attempt)).toBe(true);
});

test("whatever an overtaken attempt did in the database is rolled back", async () => {
  const id = await newJob();
  const first = await claimed(id);
  later(seconds(leaseSeconds + 1));
  const second = await claimed(id);
  const late = finish(ledger, first.attempt, { state: "done", effects: mail("overtaken") });
  await expect(late).rejects.toThrow(LeaseLostError);
  expect(await events()).not.toContain("overtaken");
  const back = handBack(ledger, first, { thrown: new Error("late"), afterMs: 0 });
  await expect(back).rejects.toThrow(LeaseLostError);
  expect(await findJob(space.db, id)).toMatchObject({ state: "running", attempts: 2 });

  await finish(ledger, second.attempt, { state: "done", effects: mail("current") });
  expect(await events()).toContain("current");
});

test("an attempt that was handed back is fenced off, though it does not count", async () => {
  const id = await newJob();
  const first = await claimed(id);
  await handBack(ledger, first, { thrown: new Error("The worker is stopping"), afterMs: 0 });
  expect(await findJob(space.db, id)).toMatchObject({ state: "queued", attempts: 0 });
  const second = await claimed(id);
  expect(second.job.attempts).toBe(1);
  const late = finish(ledger, first.attempt, { state: "done", effects: mail("ghost") });
  await expect(late).rejects.toThrow(LeaseLostError);
  expect(await events()).not.toContain("ghost");
});

test("a failed attempt counts, waits longer each time and keeps its reason", async () => {
  const id = await newJob();
  const waits: number[] = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    await retryLater(ledger, await claimed(id), new Error(`Failure ${attempt}`));
    const job = await findJob(space.db, id);
    expect(job).toMatchObject({ state: "queued", attempts: attempt, dispatchedAt: null });
    expect(job?.lastError).toBe(`Failure ${attempt}`);
    waits.push(Number(job?.runAt) - space.clock.at.getTime());
    later(seconds(600));
  }
  // 5, 10 and 20 seconds, each with up to half of it taken off.
  expect(waits.map((ms, index) => ms <= 5_000 * 2 ** index && ms >= 2_500 * 2 ** index)).toEqual([
    true,
    true,
    true,
  ]);
});

test("a job's death and what it means for others are one fact", async () => {
  const id = await newJob();
  const attempt = await claimed(id);
  const broken = giveUp(ledger, attempt, new Error("hopeless"), async (tx) => {
    await mail("half")(tx);
    throw new Error("The effect failed");
  });
  await expect(broken).rejects.toThrow("The effect failed");
  expect(await findJob(space.db, id)).toMatchObject({ state: "running" });
  expect(await events()).not.toContain("half");

  await giveUp(ledger, attempt, new Error("hopeless"), mail("told"));
  const dead = z.object({ state: z.string(), last_error: z.string() });
  expect(await jobRow(space.db, id, dead)).toEqual({ state: "dead", last_error: "hopeless" });
  expect(await events()).toContain("told");
});
