import {
  countTick,
  findOpenIncidents,
  findOutboxLag,
  findPastIncidents,
  findQueueSamples,
  insertIncident,
  insertMissedTick,
  lockActiveIncidents,
  noteTask,
  openIncidents,
  transaction,
} from "@tendril/database";
import { describeFleet, readAlarms, watch } from "@tendril/operations";
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
  opsMail = env.space.environment["OPS_MAIL"] ?? "";
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
  // What was posted goes out before the next minute: a minute later it would be a relay's, and here is none.
  const sent = async () => {
    await minute();
    const lag = async () => (await findOutboxLag(crew.db, crew.clock.now())).count;
    await expect.poll(lag).toBe(0);
  };
  await kill(10);
  await sent();
  await sent();
  expect(await findOpenIncidents(crew.db, 10)).toMatchObject([
    { alarm: "new-letters", subject: "", value: 10, closedAt: null },
  ]);
  await crew.db.sequelize.query("UPDATE dead_letters SET state = 'dropped'");
  for (let n = 0; n < 8; n++) await sent();
  expect(await findOpenIncidents(crew.db, 10)).toEqual([]);
  expect(await findPastIncidents(crew.db, 10)).toMatchObject([{ alarm: "new-letters", worst: 10 }]);

  await using _worker = await crew.worker();
  const alarm = await crew.env.inbox.waitFor(opsMail, /^Alarm: 10 new dead letters/);
  expect(alarm.text).toContain("./scripts/ops dead causes");
  await crew.env.inbox.waitFor(opsMail, /^Over: 10 new dead letters/);
  await crew.env.drain();
  expect(crew.env.inbox.list().filter(({ to }) => to.includes(opsMail))).toHaveLength(2);
});

test("an alarm that no release knows any more is over when nobody has raised it for long", async () => {
  const at = crew.clock.now();
  await transaction(crew.db, async (tx) => {
    await insertIncident(tx, { alarm: "given-up", subject: "", value: 1 }, at);
    await openIncidents(
      tx,
      (await lockActiveIncidents(tx)).map(({ id }) => id),
      at,
    );
  });
  await minute();
  const open = async () => (await findOpenIncidents(crew.db, 10)).map(({ alarm }) => alarm);
  expect(await open()).toContain("given-up");
  crew.later(3_600_000);
  await minute();
  expect(await open()).not.toContain("given-up");
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

test("each alarm goes by what is the case", async () => {
  const { db, clock } = crew;
  const read = async () =>
    Object.fromEntries(
      (await readAlarms(db, clock.now())).map(({ alarm, subject, value }) => [
        subject ? `${alarm} ${subject}` : alarm,
        value,
      ]),
    );
  const ago = (minutes: number) => new Date(clock.now().getTime() - minutes * 60_000);
  const sql = (text: string, replacements: Record<string, unknown>) =>
    db.sequelize.query(text, { replacements });
  for (const table of ["instances", "schedule_tasks", "queue_samples"])
    await sql(`DELETE FROM ${table}`, {});
  await minute();
  expect(await read()).toMatchObject({
    "no-worker": null,
    "no-web": null,
    "outbox-lag": 0,
    "unwatched-schedule": null,
    "stuck-dead-queue bulk": 0,
    "unknown-mails": 0,
  });

  await noteTask(db, { task: "purge", schedule: "* * * * *" }, ago(4));
  const tick = (minutes: number) => ({ task: "purge", scheduledAt: ago(minutes) });
  await insertMissedTick(db, { ...tick(30), missedSince: null }, ago(25));
  await countTick(db, tick(20), ago(20));
  for (const minutes of [9, 8])
    await insertMissedTick(db, { ...tick(minutes), missedSince: null }, ago(3));
  const [id] = await crew.send("send-email", [{ emailId: 3 }], ago(6));
  await sql("UPDATE jobs SET dispatched_at = NULL WHERE id = :id", { id });
  crew.later(60_000);
  await sql("UPDATE queue_samples SET dead = 3 WHERE queue = 'bulk'", {});
  await sql(
    `INSERT INTO email_messages (event, recipient, template, status, created_at)
      VALUES ('x', 'x@example.com', 'alarm', 'unknown', :at)`,
    { at: ago(60) },
  );
  await sql(
    `INSERT INTO instances (id, instance_id, tier, release_commit, started_at, seen_at)
      VALUES ('w', 'w', 'worker', '', :at, :at)`,
    { at: ago(5) },
  );
  const minutes = (count: number) => expect.toSatisfy((ms) => Math.floor(ms / 60_000) === count);
  expect(await read()).toMatchObject({
    "missed-ticks purge": 2,
    "unwatched-schedule": minutes(5),
    "outbox-lag": minutes(7),
    "stuck-dead-queue bulk": minutes(1),
    "unknown-mails": 1,
    "no-worker": minutes(5),
    "no-web": null,
  });
});
