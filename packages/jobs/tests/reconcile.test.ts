import { PurgeQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { hours, minutes, seconds } from "@tendril/runtime";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { heartbeat, leaseSeconds, reconcileOnce, relayOnce, retryLater } from "../src/index.ts";
import { receiveAll } from "./_jobs.ts";
import { messageOf, openLedger, type TestLedger } from "./_ledger.ts";

let ledger: TestLedger;

beforeAll(async () => {
  ledger = await openLedger();
});
afterEach(async () => {
  await purge();
  await ledger.db.tables.jobs.destroy({ where: {} });
});
afterAll(() => ledger?.[Symbol.asyncDispose]());

/** What an operator can do with one click. */
const purge = async () =>
  ledger.queues.sqs.send(new PurgeQueueCommand({ QueueUrl: await ledger.queues.url("mail") }));

async function sent(count = 1): Promise<string[]> {
  const ids: string[] = [];
  for (let each = 0; each < count; each++) ids.push((await ledger.enqueue()).id);
  ledger.later(seconds(11));
  expect(await relayOnce(ledger)).toBe(count);
  return ids;
}

test("jobs whose queue was purged are sent again", async () => {
  const ids = await sent(3);
  await purge();
  ledger.later(minutes(1));
  expect(await reconcileOnce(ledger)).toBe(0);
  ledger.later(minutes(2));
  expect(await reconcileOnce(ledger)).toBe(3);
  expect((await receiveAll(ledger, "mail")).sort()).toEqual(ids.toSorted());
});

test("a job that was sent again has as much time as before", async () => {
  await sent();
  await purge();
  ledger.later(minutes(3));
  expect(await reconcileOnce(ledger)).toBe(1);
  await purge();
  ledger.later(minutes(1));
  expect(await reconcileOnce(ledger)).toBe(0);
  ledger.later(minutes(2));
  expect(await reconcileOnce(ledger)).toBe(1);
});

test("while messages are in the queue, jobs may be waiting behind them", async () => {
  await sent(2);
  ledger.later(minutes(30));
  expect(await reconcileOnce(ledger)).toBe(0);
  // Also while they are with a worker.
  expect(await receiveAll(ledger, "mail")).toHaveLength(2);
  expect(await reconcileOnce(ledger)).toBe(0);
});

test("a queue that is never empty does not hide lost messages for ever", async () => {
  const ids = await sent(2);
  await purge();
  const QueueUrl = await ledger.queues.url("mail");
  await ledger.queues.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "busy" }));
  ledger.later(minutes(30));
  expect(await reconcileOnce(ledger)).toBe(0);
  ledger.later(hours(1));
  expect(await reconcileOnce(ledger)).toBe(2);
  const found = await receiveAll(ledger, "mail");
  expect(found.filter((id) => id !== "not ours").sort()).toEqual(ids.toSorted());
});

test("lost messages are sent again at a limited rate", async () => {
  await sent(60);
  await purge();
  ledger.later(minutes(3));
  expect(await reconcileOnce(ledger)).toBe(50);
  await purge();
  expect(await reconcileOnce(ledger)).toBe(10);
});

test("reconcilers that run at the same time send each job once", async () => {
  const ids = await sent(8);
  await purge();
  ledger.later(minutes(3));
  await Promise.all(Array.from({ length: 4 }, () => reconcileOnce(ledger)));
  expect((await receiveAll(ledger, "mail")).sort()).toEqual(ids.toSorted());
});

test("a job whose worker died, and its message with it, is sent again after its lease", async () => {
  const message = await ledger.enqueue();
  const { attempt } = await ledger.claim(message);
  ledger.later(seconds(leaseSeconds));
  expect(await heartbeat(ledger.as("worker-1"), attempt)).toBe(true);
  ledger.later(seconds(leaseSeconds + 1));
  // The message itself comes back about now.
  expect(await reconcileOnce(ledger)).toBe(0);
  ledger.later(seconds(20));
  expect(await reconcileOnce(ledger)).toBe(1);
  expect(await receiveAll(ledger, "mail")).toEqual([message.id]);
  expect((await ledger.claim(message, "worker-2")).job).toMatchObject({ crashed: true });
});

/** What happens between SQS's answer and the note that the jobs were sent again. */
function onceSent(meanwhile: () => Promise<void>) {
  ledger.queues.sqs.middlewareStack.add(
    (next, { commandName }) =>
      async (call) => {
        const answer = await next(call);
        if (commandName === "SendMessageBatchCommand") {
          ledger.queues.sqs.middlewareStack.remove("once-sent");
          await meanwhile();
        }
        return answer;
      },
    { step: "initialize", name: "once-sent" },
  );
}

test("a job that has begun and failed by the time that is noted waits for its next attempt, which was not sent", async () => {
  const [id = ""] = await sent();
  await purge();
  ledger.later(minutes(3));
  onceSent(async () => {
    const claimed = await ledger.claim(messageOf(await ledger.row({ id })));
    await retryLater(ledger.as("worker-1"), claimed, new Error("not yet"));
  });
  expect(await reconcileOnce(ledger)).toBe(1);
  expect(await ledger.row({ id })).toMatchObject({ state: "queued", dispatchedAt: null });
});

test("what SQS did not take is tried again", async () => {
  await sent(2);
  await purge();
  ledger.later(minutes(3));
  await ledger.env.stop("sqs");
  await expect(reconcileOnce(ledger)).rejects.toThrow();
  await ledger.env.resume("sqs");
  ledger.later(minutes(1));
  expect(await reconcileOnce(ledger)).toBe(2);
});
