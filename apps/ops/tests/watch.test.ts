import { SendMessageCommand } from "@aws-sdk/client-sqs";
import {
  connectDatabase,
  findJob,
  findOperatorActions,
  noteInstance,
  noteTask,
  readDatabaseConfig,
  type DatabaseConnection,
} from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { connectQueues, type AnyQueueName, type Queues } from "@tendril/jobs";
import { timeOrderedId } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { opsOf, type Ops } from "./_ops.ts";

let env: TestEnv;
let db: DatabaseConnection;
let queues: Queues & Disposable;
let ops: Ops;

beforeAll(async () => {
  env = await startTestEnv({ tiers: [] });
  db = connectDatabase(readDatabaseConfig(env.environment));
  queues = connectQueues({
    region: env.environment["AWS_REGION"] ?? "",
    prefix: env.space.name,
  });
  ops = opsOf(env);
});
afterAll(async () => {
  queues?.[Symbol.dispose]();
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

async function send(queue: AnyQueueName, ...bodies: string[]): Promise<void> {
  const QueueUrl = await queues.url(queue);
  for (const MessageBody of bodies)
    await queues.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}

const actions = async (kind: "queue" | "task", id: string) =>
  (await findOperatorActions(db, { subject: { kind, id }, limit: 10 })).map(
    ({ action, operator, reason }) => `${operator} ${action}: ${reason}`,
  );

test("queues: what waits, and a problem while nobody works on it", async () => {
  await send("media", "one", "two");
  await send("media-dead", "three");
  const { code, out, err } = await ops("queues");
  expect(out).toMatch(/^media +2 +0 +0 +0 +- +0 +1$/m);
  expect(out).toMatch(/^cron +0/m);
  expect(code).toBe(1);
  expect(err).toContain("No worker is alive");
  const worker = {
    tier: "worker" as const,
    commit: "abc",
    commitTime: null,
    startedAt: new Date(),
  };
  const id = timeOrderedId();
  await noteInstance(db, { ...worker, id, instanceId: "w-1", simulatedLatencyMs: 0 }, new Date());
  expect((await ops("queues")).code).toBe(0);
  const fleet = await ops("fleet");
  expect(fleet.out).toMatch(/^worker +w-1 +alive +abc/m);
  expect(fleet).toMatchObject({ code: 1, err: "No web instance is alive.\n" });
});

test("alarms: what is wrong, and what to run next", async () => {
  const board = z.object({ pending: z.array(z.object({ alarm: z.string() })) });
  expect(await ops("alarms")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^No alarm is open/),
  });
  const at = new Date(Date.now() - 300_000);
  const job = {
    name: "purge",
    version: 1,
    queue: "tasks",
    payload: "{}",
    fairnessGroup: "-",
    trace: "-",
  };
  await db.tables.jobs.create({ ...job, id: timeOrderedId(), runAt: at, createdAt: at });
  const { code, out } = await ops("alarms");
  expect(out).toMatch(/^Jobs wait for 5 min to be sent to SQS$/m);
  expect(out).toContain("  ops queues\n");
  expect(code).toBe(1);
  expect(await ops.json(board, "alarms")).toMatchObject({ pending: [{ alarm: "outbox-lag" }] });
  await db.tables.jobs.destroy({ where: { name: job.name } });
});

test("queue peek shows messages, says what that costs, and leaves them there", async () => {
  const seen = z.array(z.object({ body: z.string(), receives: z.number() }));
  expect(await ops.json(seen, "queue", "peek", "media-dead")).toEqual([
    { body: "three", receives: 1 },
  ]);
  const again = await ops("queue", "peek", "media-dead");
  expect(again.out).toMatch(/2× +three/);
  expect(again.err).toContain("receive counts are one higher");
  expect(await ops("queue", "peek", "photos")).toMatchObject({
    code: 2,
    err: expect.stringContaining("There is no queue photos: there are media, media-dead"),
  });
});

test("queue redrive has SQS move them back, on record", async () => {
  const dry = await ops("queue", "redrive", "media", "--reason", "mended", "--dry-run");
  expect(dry.err).toContain("about 1 message out of media-dead");
  const { code, out, err } = await ops("queue", "redrive", "media", "--reason", "mended", "--yes");
  expect({ code, out, err }).toMatchObject({
    code: 0,
    out: "1 message moved out of media-dead.\n",
  });
  expect((await ops("queues")).out).toMatch(/^media +3 +0 +0 +0 +- +0 +0$/m);
  expect(await actions("queue", "media-dead")).toEqual(["ida@laptop queue redrive: mended"]);
});

test("queue purge asks for a reason and for consent", async () => {
  expect((await ops("queue", "purge", "media", "--yes")).code).toBe(2);
  const unasked = await ops("queue", "purge", "media", "--reason", "flooded");
  expect(unasked.err).toContain("No job is lost");
  expect(unasked.code).toBe(2);
  expect((await ops("queue", "purge", "media", "--reason", "flooded", "--yes")).code).toBe(0);
  expect((await ops("queues")).out).toMatch(/^media +0/m);
  expect(await actions("queue", "media")).toEqual(["ida@laptop queue purge: flooded"]);
});

test("schedule run takes a tick once, on record", async () => {
  const now = new Date();
  await noteTask(db, { task: "purge", schedule: "20 3 * * *" }, now);
  const run = ["schedule", "run", "purge", "--reason", "disk is full", "--yes"];
  const at = new Date(now.getTime() - 3_600_000).toISOString().slice(0, 16);
  const made = z.object({ jobId: z.string(), scheduledAt: z.string() });
  const { jobId, scheduledAt } = await ops.json(made, ...run, "--at", at);
  expect(scheduledAt).toBe(`${at}:00.000Z`);
  expect(await findJob(db, jobId)).toMatchObject({ name: "purge", state: "queued" });
  const twice = await ops(...run, "--at", at);
  expect(twice).toMatchObject({
    code: 1,
    err: expect.stringContaining(`its job already: ${jobId}`),
  });
  expect(await ops(...run, "--at", "2126-01-01")).toMatchObject({ code: 2 });
  expect((await ops("schedule", "run", "tidy", "--reason", "x", "--yes")).err).toContain(
    "There is no timed task tidy: there are purge.",
  );
  expect(await actions("task", "purge")).toEqual(["ida@laptop schedule run: disk is full"]);
  expect((await ops("schedule")).out).toMatch(/^purge +20 3 \* \* \* +\d{4}/m);
});

test("while the database is away, raw commands go on and say what is missing", async () => {
  await env.stop("database");
  await send("bulk-dead", "four");
  const { code, out, err } = await ops("queues");
  expect(out).toMatch(/^bulk +0 +0 +0 +- +- +- +1$/m);
  expect(err).toContain("Without the database nobody knows what is due");
  expect(code).toBe(1);
  const moved = await ops("queue", "redrive", "bulk", "--reason", "x", "--yes");
  expect(moved).toMatchObject({ code: 0, err: expect.stringContaining("on no record") });
  expect(await ops("fleet")).toMatchObject({
    code: 1,
    err: expect.stringContaining("Cannot reach"),
  });
  await env.resume("database");
});

test("while SQS is away they say so in a line", async () => {
  await env.stop("sqs");
  const { code, out, err } = await ops("queues");
  expect(err).toMatch(/^SQS does not answer: .*\n$/);
  expect(code).toBe(1);
  // What the ledger knows is what counts then.
  expect(out).toMatch(/^media +- +- +- +0 +- +0 +-$/m);
  expect(out).toContain("1 worker.");
  await env.resume("sqs");
});
