import { findOpenIncidents, findPastIncidents, findQueueSamples } from "@tendril/database";
import { describeFleet, watch } from "@tendril/operations";
import { afterAll, beforeAll, expect, test } from "vitest";

import { readConfig } from "../src/config.ts";
import { createEngine, type Engine } from "../src/engine.ts";
import { openCrew, type Crew } from "./_crew.ts";

let crew: Crew;
let resources: AsyncDisposableStack;
let watchers: Engine[];
let opsMail: string;

beforeAll(async () => {
  crew = await openCrew();
  resources = new AsyncDisposableStack();
  const { env, clock } = crew;
  const config = (instance: string) => readConfig({ ...env.environment, INSTANCE_ID: instance });
  watchers = await Promise.all(
    ["worker-1", "worker-2"].map((name) => createEngine(config(name), resources, { clock })),
  );
  opsMail = env.environment["OPS_MAIL"] ?? "";
});
afterAll(async () => {
  await resources?.[Symbol.asyncDispose]();
  await crew?.[Symbol.asyncDispose]();
});

/** Another minute, in which all workers want to watch; answers how many did. */
async function minute(): Promise<number> {
  crew.later(60_000);
  const turns = await Promise.all(watchers.map((engine) => watch(engine, { ...engine, opsMail })));
  return turns.filter(Boolean).length;
}

async function kill(count: number): Promise<void> {
  const letter = { queue: "mail", errorName: "Error", errorMessage: "No", cause: "c".repeat(16) };
  await crew.db.tables.deadLetters.bulkCreate(
    Array.from({ length: count }, (_, n) => ({
      ...letter,
      sqsMessageId: `raw-${n}`,
      attempts: "[]",
      createdAt: crew.clock.now(),
    })),
  );
}

test("one of all workers watches each minute: a sample of each queue, and the alarms", async () => {
  await crew.send("send-email", [{ emailId: 1 }, { emailId: 2 }]);
  expect([await minute(), await minute()]).toEqual([1, 1]);
  const since = new Date(0);
  const samples = await findQueueSamples(crew.db, "mail", { since, limit: 10 });
  expect(samples).toHaveLength(2);
  expect(samples[1]).toMatchObject({ visible: 2, inFlight: 0, dead: 0, due: 2, openLetters: 0 });
  expect(samples[1]?.oldestMs).toBeGreaterThanOrEqual(120_000);
});

test("what stays wrong is one incident and two mails: when it begins, and when it is over", async () => {
  await kill(10);
  await minute();
  await minute();
  expect(await findOpenIncidents(crew.db, 10)).toMatchObject([
    { alarm: "new-letters", subject: "", value: 10, closedAt: null },
  ]);
  await crew.db.sequelize.query("UPDATE dead_letters SET state = 'dropped'");
  for (let n = 0; n < 8; n++) await minute();
  expect(await findOpenIncidents(crew.db, 10)).toEqual([]);
  expect(await findPastIncidents(crew.db, 10)).toMatchObject([{ alarm: "new-letters", worst: 10 }]);

  await using _worker = await crew.worker();
  const alarm = await crew.env.inbox.waitFor(opsMail, /^Alarm: 10 new dead letters/);
  expect(alarm.text).toContain("./scripts/ops dead causes");
  await crew.env.inbox.waitFor(opsMail, /^Over: 10 new dead letters/);
  await crew.env.drain();
  expect(crew.env.inbox.list().filter(({ to }) => to.includes(opsMail))).toHaveLength(2);
});

test("instances are on record while they run, and say when they stop", async () => {
  const states = async () =>
    (await describeFleet(crew.db, crew.clock.now())).map(
      ({ instanceId, tier, state }) => `${tier} ${instanceId} ${state}`,
    );
  const worker = await crew.worker({}, "worker-7");
  await expect.poll(states).toContain("worker worker-7 alive");
  await worker[Symbol.asyncDispose]();
  expect(await states()).toContain("worker worker-7 stopped");
  await using _again = await crew.worker({}, "worker-7");
  await expect.poll(states).toContain("worker worker-7 alive");
  crew.later(60_000);
  expect(await states()).toContain("worker worker-7 silent");
});

test("while SQS is away the ledger's part is sampled all the same", async () => {
  await crew.env.stop("sqs");
  await minute();
  await crew.env.resume("sqs");
  const since = new Date(crew.clock.now().getTime() - 60_000);
  expect(await findQueueSamples(crew.db, "mail", { since, limit: 1 })).toMatchObject([
    { visible: null, dead: null, openLetters: 0 },
  ]);
});
