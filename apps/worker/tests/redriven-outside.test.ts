import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { PermanentJobError } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { bodyOf, mails, openCrew, type Crew } from "./_crew.ts";

let crew: Crew;

beforeAll(async () => {
  crew = await openCrew();
});
afterAll(() => crew?.[Symbol.asyncDispose]());

test("a message that is sent again after its job's death redrives it, and the letter says so", async () => {
  let broken = true;
  const run = async () => {
    if (broken) throw new PermanentJobError("hopeless");
    return { state: "done" as const };
  };
  await using _worker = await crew.worker({ handlers: { "send-email": { run } } });
  const [id = ""] = await crew.send("send-email", mails(1));
  await expect.poll(() => crew.row(id), { timeout: 5_000 }).toMatchObject({ state: "dead" });
  const MessageBody = bodyOf(await crew.row(id));

  broken = false;
  await crew.queues.sqs.send(
    new SendMessageCommand({ QueueUrl: await crew.queues.url("mail"), MessageBody }),
  );
  await expect
    .poll(() => crew.row(id), { timeout: 5_000 })
    .toMatchObject({ state: "done", generation: 1, attempts: 1 });
  expect(await crew.letters(id)).toMatchObject([
    { generation: 0, state: "redriven", closedReason: "Its message was sent again in SQS" },
  ]);
});
