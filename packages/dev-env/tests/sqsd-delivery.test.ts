import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  type MessageAttributeValue,
} from "@aws-sdk/client-sqs";
import { startSqsd, type Space, type SqsdOptions } from "@tendril/dev-env";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";

import { cronFileWith, ok, startApp, status } from "./_daemon.ts";
import { openTestSpace } from "./_space.ts";

const nothingDue = cronFileWith("version: 1\ncron: []\n");
let space: Space;
let sqs: SQSClient;
let QueueUrl: string;

// A queue for each: what a daemon was waiting for when it ended counts as one receive more.
beforeEach(async () => {
  space = await openTestSpace();
  const value = (name: string) => space.environment[name] ?? "";
  sqs = new SQSClient({
    endpoint: value("AWS_ENDPOINT_URL_SQS"),
    region: value("AWS_REGION"),
    credentials: {
      accessKeyId: value("AWS_ACCESS_KEY_ID"),
      secretAccessKey: value("AWS_SECRET_ACCESS_KEY"),
    },
    maxAttempts: 1,
  });
  const queue = await sqs.send(new GetQueueUrlCommand({ QueueName: `${space.name}-cron` }));
  QueueUrl = queue.QueueUrl ?? "";
});
afterEach(async () => {
  sqs?.destroy();
  await space?.[Symbol.asyncDispose]();
});
afterAll(() => nothingDue[Symbol.dispose]());

type Attributes = Record<string, MessageAttributeValue>;
const send = (MessageBody: string, MessageAttributes: Attributes = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));

const daemon = (options: SqsdOptions) =>
  startSqsd(space, { cronFile: nothingDue.path, ...options });

async function left(): Promise<number> {
  const AttributeNames = [
    "ApproximateNumberOfMessages" as const,
    "ApproximateNumberOfMessagesNotVisible" as const,
  ];
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames }),
  );
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

const text = (StringValue: string) => ({ DataType: "String", StringValue });

test("a message is posted to HttpPath with its body and all that the platform says about it", async () => {
  await using app = await startApp(ok);
  await send('{"a":1}', {
    colour: text("green"),
    size: { DataType: "Number", StringValue: "7" },
    bytes: { DataType: "Binary", BinaryValue: Buffer.from("x") },
  });
  await using _sqsd = await daemon({ app: app.url, settings: { HttpPath: "/jobs" } });
  await expect.poll(() => app.seen).toHaveLength(1);
  const [seen] = app.seen;
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(seen).toMatchObject({ path: "/jobs", body: '{"a":1}' });
  expect(seen?.headers).toMatchObject({
    "user-agent": expect.stringMatching(/^aws-sqsd\/\d/),
    "content-type": "application/json",
    "x-aws-sqsd-msgid": expect.stringMatching(/./),
    "x-aws-sqsd-queue": `${space.name}-cron`,
    "x-aws-sqsd-first-received-at": time,
    "x-aws-sqsd-sent-at": time,
    "x-aws-sqsd-receive-count": "1",
    "x-aws-sqsd-sender-id": expect.any(String),
    "x-aws-sqsd-attr-colour": "green",
    "x-aws-sqsd-attr-size": "7",
  });
  expect(Object.keys(seen?.headers ?? {})).not.toContain("x-aws-sqsd-attr-bytes");
  expect(Object.keys(seen?.headers ?? {})).not.toContain("x-aws-sqsd-taskname");
  await expect.poll(left).toBe(0);
});

test("a message with the attributes of a tick goes to its path, with an empty body", async () => {
  await using app = await startApp(ok);
  await send("elasticbeanstalk scheduled job", {
    "beanstalk.sqsd.path": text("/tasks/purge"),
    "beanstalk.sqsd.task_name": text("purge"),
    "beanstalk.sqsd.scheduled_time": text("2026-11-21 03:20:00 UTC"),
  });
  await using _sqsd = await daemon({ app: app.url });
  await expect.poll(() => app.seen).toHaveLength(1);
  expect(app.seen[0]).toMatchObject({
    path: "/tasks/purge",
    body: "",
    headers: {
      "x-aws-sqsd-path": "/tasks/purge",
      "x-aws-sqsd-taskname": "purge",
      "x-aws-sqsd-scheduled-at": "2026-11-21T03:20:00Z",
      "content-length": "0",
    },
  });
  expect(Object.keys(app.seen[0]?.headers ?? {}).join()).not.toContain("attr");
  await expect.poll(left).toBe(0);
});

test("only 200 is an end; all else comes again after ErrorVisibilityTimeout, as another receive", async () => {
  const answers = [201, 204, 302, 404, 500];
  await using app = await startApp((response, _seen, count) =>
    status(answers[count - 1] ?? 200)(response),
  );
  await send("again and again");
  await using _sqsd = await daemon({ app: app.url, settings: { ErrorVisibilityTimeout: 0 } });
  await expect.poll(() => app.seen.length).toBe(6);
  const counts = app.seen.map(({ headers }) => headers["x-aws-sqsd-receive-count"]);
  expect(counts).toEqual(["1", "2", "3", "4", "5", "6"]);
  await expect.poll(left).toBe(0);
  expect(app.seen).toHaveLength(6);
});

test("no answer within InactivityTimeout is a failure", async () => {
  await using app = await startApp((response, _seen, count) => {
    if (count > 1) ok(response);
  });
  await send("slow");
  const settings = { InactivityTimeout: 0.3, ErrorVisibilityTimeout: 0 };
  await using _sqsd = await daemon({ app: app.url, settings });
  await expect.poll(() => app.seen.length).toBeGreaterThan(1);
  expect(app.seen[1]?.headers).toMatchObject({ "x-aws-sqsd-receive-count": "2" });
  await expect.poll(left).toBe(0);
});

test("a refused connection is a failure: the message waits, and is not lost", async () => {
  const gone = await startApp(ok);
  await gone[Symbol.asyncDispose]();
  const lines: string[] = [];
  await send("nobody there");
  {
    // A receive that is just being answered when the daemon ends hides the message for that long.
    const settings = { ErrorVisibilityTimeout: 0, VisibilityTimeout: 1 };
    await using _sqsd = await daemon({ app: gone.url, settings, log: (line) => lines.push(line) });
    await expect
      .poll(() => lines.filter((line) => line.includes("socket-err")).length, { timeout: 30_000 })
      .toBeGreaterThan(1);
  }
  await using app = await startApp(ok);
  await using _sqsd = await daemon({ app: app.url });
  await expect.poll(() => app.seen.length).toBe(1);
  expect(Number(app.seen[0]?.headers["x-aws-sqsd-receive-count"])).toBeGreaterThan(2);
  await expect.poll(left).toBe(0);
}, 60_000);

test("it starts while SQS is away, and brings what comes afterwards", async () => {
  await send("waits for SQS");
  await space.fronts.sqs.stop();
  await using app = await startApp(ok);
  await using _sqsd = await daemon({ app: app.url });
  await space.fronts.sqs.resume();
  await expect.poll(() => app.seen.map(({ body }) => body)).toEqual(["waits for SQS"]);
});

test("a connection that breaks without an answer brings the same message at once, without a new receive", async () => {
  await using app = await startApp((response, _seen, count) => {
    if (count <= 2) response.destroy();
    else ok(response);
  });
  await send("broken");
  await using _sqsd = await daemon({ app: app.url });
  await expect.poll(() => app.seen.length).toBe(3);
  for (const { headers } of app.seen)
    expect(headers).toMatchObject({ "x-aws-sqsd-receive-count": "1" });
  await expect.poll(left).toBe(0);
});

test("a message first received longer ago than RetentionPeriod is deleted, not posted", async () => {
  await using app = await startApp(status(500));
  await send("old");
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const settings = { ErrorVisibilityTimeout: 1, RetentionPeriod: 600 };
  await using _sqsd = await daemon({ app: app.url, clock, settings });
  await expect.poll(() => app.seen.length).toBeGreaterThan(0);
  ahead = 601_000;
  await expect.poll(left).toBe(0);
});

test("deletes go in batches", async () => {
  await using app = await startApp(ok);
  const Entries = Array.from({ length: 10 }, (_, id) => ({ Id: `${id}`, MessageBody: `${id}` }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const spy = vi.spyOn(SQSClient.prototype, "send");
  try {
    await using _sqsd = await daemon({ app: app.url });
    await expect.poll(left).toBe(0);
    const sizes = spy.mock.calls.flatMap(([command]) =>
      command instanceof DeleteMessageBatchCommand ? [command.input.Entries?.length] : [],
    );
    // One when the machine is quick: a slow one has two seconds pass before the tenth.
    expect(sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)).toBe(10);
    expect(sizes.length).toBeLessThan(5);
  } finally {
    spy.mockRestore();
  }
});

test("a daemon that dies between the answer and the delete has it delivered again", async () => {
  await using app = await startApp(ok);
  await send("twice");
  const settings = { VisibilityTimeout: 1 };
  const first = await daemon({ app: app.url, settings });
  await expect.poll(() => app.seen.length).toBe(1);
  await first.kill();
  await using _second = await daemon({ app: app.url, settings });
  await expect.poll(() => app.seen.length).toBe(2);
  expect(Number(app.seen[1]?.headers["x-aws-sqsd-receive-count"])).toBeGreaterThan(1);
  await expect.poll(left).toBe(0);
});

test("told to stop it lets requests in progress finish, and deletes what was answered", async () => {
  const { promise: goOn, resolve } = Promise.withResolvers<void>();
  await using app = await startApp((response) => void goOn.then(() => ok(response)));
  await send("slow but sure");
  const sqsd = await daemon({ app: app.url });
  await expect.poll(() => app.seen.length).toBe(1);
  const ended = sqsd[Symbol.asyncDispose]();
  resolve();
  await ended;
  expect(await left()).toBe(0);
});
