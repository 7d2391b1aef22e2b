import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { closeLetters } from "@tendril/database";
import { PermanentJobError } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { bodyOf, mails, openCrew, type Crew } from "./_crew.ts";

let crew: Crew;

beforeAll(async () => {
  crew = await openCrew();
});
afterAll(() => crew?.[Symbol.asyncDispose]());

let broken = true;
const run = async () => {
  if (broken) throw new PermanentJobError("hopeless");
  return { state: "done" as const };
};

/** A dead job, whose cause is gone by now. */
async function died(): Promise<string> {
  broken = true;
  const [id = ""] = await crew.send("send-email", mails(1));
  await expect.poll(() => crew.row(id)).toMatchObject({ state: "dead" });
  broken = false;
  return id;
}

/** As one can do it in the AWS console. */
async function sendAgain(id: string): Promise<void> {
  const QueueUrl = await crew.queues.url("mail");
  const MessageBody = bodyOf(await crew.row(id));
  await crew.queues.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}

const doneAgain = { state: "done", generation: 1, attempts: 1 };

test("a message that is sent again after its job's death redrives it, and the letter says so", async () => {
  await using _worker = await crew.worker({ handlers: { "send-email": { run } } });
  const id = await died();
  await sendAgain(id);
  await expect.poll(() => crew.row(id)).toMatchObject(doneAgain);
  expect(await crew.letters(id)).toMatchObject([
    { generation: 0, state: "redriven", closedReason: "Its message was sent again in SQS" },
  ]);
});

test("so it does when the letter was dropped before, and what was said then is kept", async () => {
  await using _worker = await crew.worker({ handlers: { "send-email": { run } } });
  const id = await died();
  const [letter] = await crew.letters(id);
  const end = { state: "dropped" as const, reason: "spam ".repeat(40), at: crew.clock.now() };
  await closeLetters(crew.db, [letter?.id ?? 0], end);
  await sendAgain(id);
  await expect.poll(() => crew.row(id)).toMatchObject(doneAgain);
  const closedReason = expect.stringContaining("sent again in SQS; it had been dropped: spam");
  expect(await crew.letters(id)).toMatchObject([{ state: "redriven", closedReason }]);
});

test("a message for a dead job without a letter is kept for people to see", async () => {
  await using _worker = await crew.worker({ handlers: { "send-email": { run } } });
  const id = await died();
  await crew.db.tables.deadLetters.destroy({ where: { jobId: id } });
  await sendAgain(id);
  const kept = () => crew.db.tables.deadLetters.count({ where: { jobId: null, state: "open" } });
  await expect.poll(kept).toBe(1);
  expect(await crew.row(id)).toMatchObject({ state: "dead", generation: 0 });
});
