import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Space } from "../src/space/space.ts";
import { openTestSpace } from "./_space.ts";

let space: Space;
let sqs: SQSClient;

beforeAll(async () => {
  space = await openTestSpace();
  const {
    AWS_ENDPOINT_URL_SQS: endpoint = "",
    AWS_REGION: region = "",
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
  } = space.environment;
  sqs = new SQSClient({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  sqs?.destroy();
  await space?.[Symbol.asyncDispose]();
});

const find = async (queue: string) =>
  (await sqs.send(new GetQueueUrlCommand({ QueueName: `${space.name}-${queue}` }))).QueueUrl ?? "";

test("a queue's address leads to the front of the space that asks", async () => {
  expect(await find("media")).toBe(
    `${space.environment["AWS_ENDPOINT_URL_SQS"]}/000000000000/${space.name}-media`,
  );
});

test("queues are made as the shared stack makes them", async () => {
  const attributes = async (queue: string) =>
    (
      await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: await find(queue), AttributeNames: ["All"] }),
      )
    ).Attributes;
  for (const queue of ["media", "mail", "tasks", "bulk"]) {
    const live = await attributes(queue);
    expect(live).toMatchObject({ MessageRetentionPeriod: "345600", VisibilityTimeout: "30" });
    expect(JSON.parse(live?.["RedrivePolicy"] ?? "")).toMatchObject({
      maxReceiveCount: 50,
      deadLetterTargetArn: expect.stringMatching(`${queue}-dead$`),
    });
    expect(await attributes(`${queue}-dead`)).toMatchObject({ MessageRetentionPeriod: "1209600" });
  }
  expect(await find("cron")).toContain("-cron");
  expect(await find("mail-events")).toContain("-mail-events");
});

test("while it is stopped connections are refused; afterwards the messages are still there", async () => {
  const QueueUrl = await find("tasks");
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "kept" }));
  const polling = sqs.send(
    new ReceiveMessageCommand({ QueueUrl: await find("bulk"), WaitTimeSeconds: 20 }),
  );
  await Promise.all([expect(polling).rejects.toThrow(), space.fronts.sqs.stop()]);
  await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "lost" }))).rejects.toThrow(
    /ECONNREFUSED/,
  );
  await space.fronts.sqs.resume();
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  expect(Messages?.map(({ Body }) => Body)).toEqual(["kept"]);
});

test("a message is not handed to a client that has hung up while it waited", async () => {
  const QueueUrl = await find("mail");
  const hangUp = new AbortController();
  const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
    abortSignal: hangUp.signal,
  });
  // Behind the first answer on the same server the other request is being waited for.
  await sqs.send(new ReceiveMessageCommand({ QueueUrl: await find("bulk") }));
  hangUp.abort();
  await expect(waiting).rejects.toThrow();
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "for the next one" }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  expect(Messages?.map(({ Body }) => Body)).toEqual(["for the next one"]);
});

test("a message that is given back is there for the next one at once", async () => {
  const QueueUrl = await find("media");
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "again" }));
  const receive = async () =>
    (
      await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MessageSystemAttributeNames: ["ApproximateReceiveCount"],
        }),
      )
    ).Messages?.[0];
  const first = await receive();
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: first?.ReceiptHandle,
      VisibilityTimeout: 0,
    }),
  );
  expect(await receive()).toMatchObject({
    Body: "again",
    Attributes: { ApproximateReceiveCount: "2" },
  });
});

test("a move task brings dead letters back to their queue, as SQS does; others are refused", async () => {
  const send = async (queue: string, MessageBody: string) =>
    sqs.send(new SendMessageCommand({ QueueUrl: await find(queue), MessageBody }));
  const arnOf = async (queue: string) => {
    const asked = { QueueUrl: await find(queue), AttributeNames: ["QueueArn" as const] };
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand(asked));
    return Attributes?.QueueArn ?? "";
  };
  await send("bulk-dead", "back");
  const SourceArn = await arnOf("bulk-dead");
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
  const latest = async () =>
    (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn }))).Results?.[0];
  await expect.poll(latest).toMatchObject({
    Status: "COMPLETED",
    ApproximateNumberOfMessagesMoved: 1,
    ApproximateNumberOfMessagesToMove: 1,
  });
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: await find("bulk"), WaitTimeSeconds: 5 }),
  );
  expect(Messages).toMatchObject([{ Body: "back" }]);
  const foreign = new StartMessageMoveTaskCommand({ SourceArn: await arnOf("bulk") });
  await expect(sqs.send(foreign)).rejects.toThrow("configured as a Dead Letter Queue");
  const unknown = new StartMessageMoveTaskCommand({ SourceArn: `${SourceArn}-not` });
  await expect(sqs.send(unknown)).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});
