import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { timeOrderedId } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { collectDead } from "../src/collector.ts";
import { readConfig } from "../src/config.ts";
import { createEngine, type Engine } from "../src/engine.ts";
import { bodyOf, mails, openCrew, type Crew } from "./_crew.ts";

let crew: Crew;
let engine: Engine;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  crew = await openCrew();
  const config = readConfig({ ...crew.env.environment, INSTANCE_ID: "worker-1" });
  engine = await createEngine(config, resources);
});
afterAll(async () => {
  await resources.disposeAsync();
  await crew?.[Symbol.asyncDispose]();
});

const url = () => crew.queues.url("mail-dead");

async function land(MessageBody: string): Promise<void> {
  await crew.queues.sqs.send(new SendMessageCommand({ QueueUrl: await url(), MessageBody }));
}

/** What is left there, put back at once. */
async function left(): Promise<string[]> {
  const { Messages = [] } = await crew.queues.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: await url(),
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
    }),
  );
  return Messages.map(({ Body = "" }) => Body);
}

async function hidden(): Promise<number> {
  const AttributeNames = ["ApproximateNumberOfMessagesNotVisible" as const];
  const { Attributes } = await crew.queues.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: await url(), AttributeNames }),
  );
  return Number(Attributes?.["ApproximateNumberOfMessagesNotVisible"]);
}

async function job(changes: object = {}) {
  const [id = ""] = await crew.send("send-email", mails(1));
  await crew.db.tables.jobs.update(changes, { where: { id } });
  return crew.row(id);
}

const rawLetters = async () =>
  (await crew.db.tables.deadLetters.findAll({ where: { jobId: null }, order: ["id"] })).map((row) =>
    row.get(),
  );

test.each(["done", "skipped", "dead", "running"] as const)(
  "a message whose job is %s is deleted: the ledger has what became of it",
  async (state) => {
    const before = await job({ state });
    await land(bodyOf(before));
    await collectDead(engine);
    expect(await left()).toEqual([]);
    expect(await crew.row(before.id)).toEqual(before);
    expect(await rawLetters()).toEqual([]);
  },
);

test("a message whose job still waits makes the relay send another one", async () => {
  const before = await job();
  expect(before.dispatchedAt).not.toBeNull();
  await land(bodyOf(before));
  await collectDead(engine);
  expect(await left()).toEqual([]);
  expect(await crew.row(before.id)).toEqual({ ...before, dispatchedAt: null });
});

test("what nobody can read is kept byte for byte, and so is what the ledger does not know", async () => {
  const unknown = bodyOf({ ...(await job()), id: timeOrderedId() });
  const bodies = ["{ not: 'ours' \u00e4 \n", unknown];
  for (const body of bodies) await land(body);
  await collectDead(engine);
  expect(await left()).toEqual([]);
  const letters = await rawLetters();
  expect(letters.map(({ rawMessage }) => rawMessage?.toString()).sort()).toEqual(bodies.toSorted());
  for (const letter of letters)
    expect(letter).toMatchObject({
      state: "open",
      queue: "mail-dead",
      errorName: "MovedBySqsError",
    });
});

test("everything that landed is collected, however much it is", async () => {
  const before = (await rawLetters()).length;
  for (let each = 0; each < 25; each++) await land(`junk ${each}`);
  await collectDead(engine);
  expect(await left()).toEqual([]);
  expect(await rawLetters()).toHaveLength(before + 25);
});

test("while the database is away they stay in SQS", async () => {
  await land("kept");
  await crew.env.stop("database");
  await expect(collectDead(engine)).rejects.toThrow();
  await crew.env.resume("database");
  // Hidden for a minute, as the collector died with them in hand; but not deleted.
  const letters = await rawLetters();
  expect(letters.some(({ rawMessage }) => rawMessage?.toString() === "kept")).toBe(false);
  expect(await hidden()).toBe(1);
});
