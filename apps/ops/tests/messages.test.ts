import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { bodyOf } from "../../worker/tests/_crew.ts";
import { openDesk, type Desk } from "./_desk.ts";

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk?.[Symbol.asyncDispose]());
beforeEach(() => desk.clear());

describe("a message that nobody can read", () => {
  const send = async (queue: "mail" | "mail-dead", MessageBody: string) => {
    const QueueUrl = await desk.crew.queues.url(queue);
    await desk.crew.queues.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  };

  test(
    "that SQS itself moved becomes a job, or goes back byte for byte",
    { timeout: 60_000 },
    async () => {
      await desk.stopWorker();
      const body = "mail 30, please \u00e4\n";
      await send("mail", body);
      const QueueUrl = await desk.crew.queues.url("mail");
      // Received by something that always dies: after fifty times SQS gives it up.
      const moved = async () => {
        await desk.crew.queues.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0, WaitTimeSeconds: 0 }),
        );
        return depth("mail-dead");
      };
      await expect.poll(moved, { interval: 1, timeout: 30_000 }).toBe(1);
      await desk.startWorker();
      await expect.poll(() => desk.list()).toMatchObject([{ raw: true, jobId: null }]);
      const [one] = await desk.list();
      const id = String(one?.id);
      expect(await desk.messageOf(one?.id ?? 0)).toBe(body);

      // As it was: it comes back, and is kept again.
      expect(
        await desk.ops("dead", "redrive", id, "--reason", "was it the queue?", "--yes"),
      ).toMatchObject({ code: 0 });
      await expect.poll(() => desk.list()).toHaveLength(1);
      const [again] = await desk.list();
      expect(again).toMatchObject({ raw: true });
      expect(again?.id).not.toBe(one?.id);

      desk.breaks(() => false);
      const edit = ["dead", "edit", String(again?.id), "--reason", "as it was meant", "--yes"];
      expect(await desk.ops(...edit, "--payload", '{"emailId":30}')).toMatchObject({ code: 2 });
      expect(
        await desk.ops(...edit, "--payload", '{"emailId":30}', "--job", "send-email"),
      ).toMatchObject({ code: 0 });
      expect(await desk.ops("dead", "redrive", "--all", "--reason", "go", "--yes")).toMatchObject({
        code: 0,
      });
      await desk.crew.env.drain();
      expect(desk.done).toEqual([30]);
      expect(await desk.history(again?.id ?? 0)).toEqual([
        "kept: nobody could read it",
        "dead edit",
        "dead redrive",
        "its job ended: done",
      ]);
    },
  );

  async function depth(queue: "mail-dead"): Promise<number> {
    const { Attributes } = await desk.crew.queues.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: await desk.crew.queues.url(queue),
        AttributeNames: ["ApproximateNumberOfMessages"],
      }),
    );
    return Number(Attributes?.["ApproximateNumberOfMessages"]);
  }

  test(
    "redriven behind our back with StartMessageMoveTask, the desk says so",
    { timeout: 60_000 },
    async () => {
      const [one] = await desk.died([40]);
      await desk.stopWorker();
      const job = await desk.crew.row(one?.jobId ?? "");
      await send("mail-dead", bodyOf(job));
      const arn = async () => {
        const { Attributes } = await desk.crew.queues.sqs.send(
          new GetQueueAttributesCommand({
            QueueUrl: await desk.crew.queues.url("mail-dead"),
            AttributeNames: ["QueueArn"],
          }),
        );
        return Attributes?.["QueueArn"];
      };
      await desk.crew.queues.sqs.send(
        new StartMessageMoveTaskCommand({
          SourceArn: await arn(),
        }),
      );
      await expect.poll(() => depth("mail-dead")).toBe(0);
      desk.breaks(() => false);
      await desk.startWorker();
      await expect.poll(() => desk.done).toEqual([40]);
      await desk.crew.env.drain();
      expect(await desk.list()).toEqual([]);
      const told = await desk.events(one?.id);
      expect(told.map(({ what }) => what)).toEqual([
        "attempt 1 failed",
        "died",
        "redriven",
        "its job ended: done",
      ]);
      expect(told[2]).toMatchObject({ by: null, detail: "Its message was sent again in SQS" });
    },
  );
});
