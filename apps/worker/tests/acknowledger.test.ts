import {
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { createLogger } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createAcknowledger } from "../src/acknowledger.ts";
import { mails, openCrew, watchSqs, type Crew } from "./_crew.ts";

let crew: Crew;
let worker: AsyncDisposable;

beforeAll(async () => {
  crew = await openCrew();
  const handlers = { "send-email": { run: async () => ({ state: "done" as const }) } };
  worker = await crew.worker({ handlers });
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await crew?.[Symbol.asyncDispose]();
});

test("messages of finished jobs are deleted together, up to ten with one request", async () => {
  using sqs = watchSqs();
  const deleted = () =>
    sqs
      .commands()
      .flatMap((command) =>
        command instanceof DeleteMessageBatchCommand ? [command.input.Entries?.length ?? 0] : [],
      );
  const sum = () => deleted().reduce((all, entries) => all + entries, 0);
  await crew.send("send-email", mails(40));
  await expect.poll(sum, { timeout: 10_000 }).toBe(40);
  expect(Math.max(...deleted())).toBeLessThanOrEqual(10);
  expect(deleted().length).toBeLessThan(20);
  expect(sqs.commands().some((command) => command instanceof DeleteMessageCommand)).toBe(false);
});

test("an entry that SQS did not delete is tried once more", async () => {
  const { sqs, url } = crew.queues;
  const QueueUrl = await url("tasks");
  // Beside the worker's own consumer, which would be faster: it does not poll the cron queue.
  const own = { ...crew.queues, url: async () => QueueUrl.replace("-tasks", "-cron") };
  const there = { QueueUrl: await own.url() };
  await sqs.send(new SendMessageCommand({ ...there, MessageBody: "kept" }));
  await sqs.send(new SendMessageCommand({ ...there, MessageBody: "gone" }));
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ ...there, MaxNumberOfMessages: 10 }),
  );
  let requests = 0;
  sqs.middlewareStack.add(
    (next) => async (call) => {
      const answer = await next(call);
      // As SQS answers when one of its hosts has a bad moment.
      if ("Entries" in call.input && requests++ === 0 && "Failed" in answer.output)
        answer.output.Failed = [{ Id: "0", SenderFault: false, Code: "InternalError" }];
      return answer;
    },
    { step: "initialize", name: "fail" },
  );
  const logger = createLogger({ level: "silent", tier: "worker", instance: "test" });
  {
    await using acknowledger = createAcknowledger({ queues: own, logger }, "tasks");
    for (const message of Messages) acknowledger.add(message);
  }
  sqs.middlewareStack.remove("fail");
  expect(requests).toBe(2);
});
