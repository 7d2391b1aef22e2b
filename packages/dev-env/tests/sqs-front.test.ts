import { GetQueueAttributesCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Space } from "../src/space/space.ts";
import { openTestSpace } from "./_space.ts";

let space: Space;
let sqs: SQSClient;

beforeAll(async () => {
  space = await openTestSpace();
  const { AWS_ENDPOINT_URL_SQS: endpoint = "", AWS_REGION: region = "", AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = space.environment;
  sqs = new SQSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
});
afterAll(async () => {
  sqs?.destroy();
  await space?.[Symbol.asyncDispose]();
});

const find = async (queue: string) => (await sqs.send(new GetQueueUrlCommand({ QueueName: `${space.name}-${queue}` }))).QueueUrl ?? "";

test("a queue's address leads to the front of the space that asks", async () => {
  expect(await find("media")).toBe(`${space.environment["AWS_ENDPOINT_URL_SQS"]}/000000000000/${space.name}-media`);
});

test("queues are made as the shared stack makes them", async () => {
  const attributes = async (queue: string) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: await find(queue), AttributeNames: ["All"] }))).Attributes;
  for (const queue of ["media", "mail", "tasks", "bulk"]) {
    const live = await attributes(queue);
    expect(live).toMatchObject({ MessageRetentionPeriod: "345600", VisibilityTimeout: "30" });
    expect(JSON.parse(live?.["RedrivePolicy"] ?? "")).toMatchObject({ maxReceiveCount: 50, deadLetterTargetArn: expect.stringMatching(`${queue}-dead$`) });
    expect(await attributes(`${queue}-dead`)).toMatchObject({ MessageRetentionPeriod: "1209600" });
  }
  expect(await find("cron")).toContain("-cron");
  expect(await find("mail-events")).toContain("-mail-events");
});

test("while it is stopped connections are refused; afterwards the messages are still there", async () => {
  const QueueUrl = await find("tasks");
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "kept" }));
  const polling = sqs.send(new ReceiveMessageCommand({ QueueUrl: await find("bulk"), WaitTimeSeconds: 20 }));
  const broken = expect(polling).rejects.toThrow();
  await space.fronts.sqs.stop();
  await broken;
  await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "lost" }))).rejects.toThrow(/ECONNREFUSED/);
  await space.fronts.sqs.resume();
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  expect(Messages?.map(({ Body }) => Body)).toEqual(["kept"]);
});
