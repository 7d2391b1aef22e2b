import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { readHistory } from "@tendril/jobs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { bodyOf, openCrew, type Crew } from "./_crew.ts";

let crew: Crew;

beforeAll(async () => {
  crew = await openCrew();
});
afterAll(() => crew?.[Symbol.asyncDispose]());

/** A job as a worker leaves it that dies in the middle, when its lease is over and its message comes back. */
async function leftBehind(emailId: number): Promise<string> {
  const [id = ""] = await crew.send("send-email", [{ emailId }]);
  const leaseUntil = new Date(crew.clock.now().getTime() - 1_000);
  const running = { state: "running" as const, attempts: 1, claims: 1, worker: "worker-0" };
  await crew.db.tables.jobs.update({ ...running, leaseUntil }, { where: { id } });
  return id;
}

test("a job whose worker died is charged, and has no neighbours the next time", async () => {
  const events: string[] = [];
  const ends = [1, 2, 3, 4].map(() => Promise.withResolvers<void>());
  const crashed = await leftBehind(2);
  await using _worker = await crew.worker({
    handlers: {
      "send-email": {
        async run(_context, { emailId }) {
          events.push(`${emailId} begins`);
          await ends[emailId - 1]?.promise;
          events.push(`${emailId} ends`);
          return { state: "done" };
        },
      },
    },
  });
  // It is alone from the beginning, as nobody was there before it.
  await expect.poll(() => events, { timeout: 5_000 }).toEqual(["2 begins"]);
  expect(await crew.row(crashed)).toMatchObject({ state: "running", attempts: 2, crashed: true });

  const neighbours = await crew.send("send-email", [{ emailId: 1 }, { emailId: 3 }]);
  for (const id of neighbours)
    await expect.poll(() => crew.row(id), { timeout: 5_000 }).toMatchObject({ state: "running" });
  expect(events).toEqual(["2 begins"]);

  for (const { resolve } of ends) resolve();
  for (const id of [...neighbours, crashed])
    await expect.poll(() => crew.row(id), { timeout: 5_000 }).toMatchObject({ state: "done" });
  expect(events.slice(0, 2)).toEqual(["2 begins", "2 ends"]);
  expect((await crew.row(crashed)).attempts).toBe(2);
});

test("a job that kills its worker every time dies, and its letter tells of the crash", async () => {
  const id = await leftBehind(1);
  await crew.db.tables.jobs.update({ attempts: 8 }, { where: { id } });
  const handlers = { "send-email": { run: () => Promise.reject(new Error("was run again")) } };
  await using _worker = await crew.worker({ handlers });
  await expect
    .poll(() => crew.row(id), { timeout: 5_000 })
    .toMatchObject({
      state: "dead",
      lastError: "Its last attempt ended without a verdict: its worker died",
    });
  const [letter] = await crew.letters(id);
  expect(letter).toMatchObject({ state: "open", errorName: "PermanentJobError" });
  expect(readHistory(letter?.attempts ?? "")).toEqual([
    expect.objectContaining({ outcome: "crashed", worker: "worker-0", attempt: 8 }),
    expect.objectContaining({ outcome: "failed", worker: "worker-1", attempt: 9 }),
  ]);
});

test("while another worker has the job its message stays, hidden for the rest of the lease", async () => {
  const id = await leftBehind(1);
  const leaseUntil = new Date(crew.clock.now().getTime() + 4_000);
  await crew.db.tables.jobs.update({ leaseUntil, worker: "worker-0" }, { where: { id } });
  const QueueUrl = await crew.queues.url("mail");
  const MessageBody = bodyOf(await crew.row(id));
  await crew.queues.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

  const handlers = { "send-email": { run: async () => ({ state: "done" as const }) } };
  await using _worker = await crew.worker({ handlers });
  // The other one never comes back: the message is what brings the job here, long before the reconciler would.
  await expect
    .poll(() => crew.row(id), { timeout: 15_000 })
    .toMatchObject({ state: "done", worker: "worker-1", attempts: 2 });
  expect(crew.clock.now().getTime()).toBeGreaterThan(leaseUntil.getTime());
});
