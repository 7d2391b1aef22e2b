import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { findJob, insertJob, type DatabaseConnection } from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { quadrants } from "@tendril/dev-env/album";
import { connectQueues, type Queues } from "@tendril/jobs";
import { timeOrderedId } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";

import { openDatabase, rowOf, rows, signedUp, upload, type Person } from "./_uploads.ts";

let env: TestEnv;
let db: DatabaseConnection;
let queues: Queues & Disposable;
let sqs: SQSClient;
let ida: Person;
let photo: Buffer;

beforeAll(async () => {
  env = await startTestEnv();
  db = openDatabase(env);
  const region = env.environment["AWS_REGION"] ?? "";
  queues = connectQueues({ region, prefix: env.space.name });
  sqs = queues.sqs;
  ida = await signedUp(env, "ida");
  photo = await quadrants({ width: 60, height: 40 }).jpeg().toBuffer();
});
afterAll(async () => {
  queues?.[Symbol.dispose]();
  await db?.[Symbol.asyncDispose]();
  await env?.[Symbol.asyncDispose]();
});

async function send(...bodies: readonly (string | object)[]): Promise<void> {
  const QueueUrl = await queues.url("media");
  for (const body of bodies) {
    const MessageBody = typeof body === "string" ? body : JSON.stringify(body);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }
}

const queueDepth = z.object({
  ApproximateNumberOfMessages: z.coerce.number(),
  ApproximateNumberOfMessagesNotVisible: z.coerce.number(),
});

async function inQueue(): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: await queues.url("media"), AttributeNames: ["All"] }),
  );
  const depth = queueDepth.parse(Attributes);
  return depth.ApproximateNumberOfMessages + depth.ApproximateNumberOfMessagesNotVisible;
}

const finished = z.object({ id: z.string(), generation: z.number(), attempts: z.number() });
const newestJobs = () =>
  rows(
    db,
    finished,
    "SELECT id, generation, attempts FROM jobs WHERE name = 'process-photo' ORDER BY id",
  );

test("messages for what is over are deleted, and have no effect", async () => {
  const slug = await upload(env, ida, { fileName: "a.jpg", bytes: photo });
  await env.drain();
  await expect.poll(inQueue).toBe(0);
  const [job] = await newestJobs();
  const before = await rowOf(db, slug);
  const pointer = { id: job?.id, name: "process-photo", version: 1, trace: "test" };
  await db.sequelize.query("UPDATE jobs SET generation = 1 WHERE id = :id", {
    replacements: { id: job?.id },
  });
  await send({ ...pointer, generation: 1 }, { ...pointer, generation: 0 });
  await expect.poll(inQueue, { timeout: 5_000 }).toBe(0);
  expect(await newestJobs()).toEqual([{ ...job, generation: 1 }]);
  expect(await rowOf(db, slug)).toEqual(before);
});

test("messages that nobody understands go to the dead letters, and block nobody", async () => {
  const id = crypto.randomUUID();
  const stray = { id, name: "process-photo", version: 1, trace: "test", generation: 0 };
  const strange = ["not JSON at all", "[]", '{"Records":[{"eventName":"ObjectCreated:Put"}]}'];
  const foreign = [...strange, JSON.stringify(stray)];
  await send(...foreign);
  const slugs = [];
  for (let sent = 0; sent < 3; sent++)
    slugs.push(await upload(env, ida, { fileName: "a.jpg", bytes: photo }));
  await env.drain(10_000);
  for (const slug of slugs) expect((await rowOf(db, slug)).status).toBe("ready");

  await expect.poll(inQueue, { timeout: 5_000 }).toBe(0);
  const letter = z.object({ raw: z.string() });
  const sql = "SELECT CAST(raw_message AS CHAR) AS raw FROM dead_letters WHERE queue = 'media'";
  const letters = await rows(db, letter, sql);
  expect(letters.map(({ raw }) => raw).sort()).toEqual(foreign.toSorted());
});

test("a job of a newer release waits in the outbox for a worker that knows it", async () => {
  const id = timeOrderedId();
  const now = new Date();
  await insertJob(db, {
    id,
    name: "paint-photo",
    version: 1,
    queue: "media",
    payload: "{}",
    fairnessGroup: "test",
    dedupeKey: null,
    runAt: now,
    dispatchedAt: now,
    requestedBy: null,
    trace: "test",
  });
  await send({ id, generation: 0, name: "paint-photo", version: 1, trace: "test" });
  await expect
    .poll(() => findJob(db, id), { timeout: 10_000 })
    .toMatchObject({
      state: "queued",
      attempts: 0,
      dispatchedAt: null,
      lastError: expect.stringContaining("paint-photo"),
    });
  expect(Number((await findJob(db, id))?.runAt)).toBeGreaterThan(now.getTime() + 30_000);
  await expect.poll(inQueue, { timeout: 5_000 }).toBe(0);
});
