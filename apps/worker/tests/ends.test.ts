import { ChangeMessageVisibilityCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { catalogue, queueDepth } from "@tendril/jobs";
import { PermanentJobError, seconds } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test } from "vitest";

import { bodyOf, mails, openCrew, watchSqs, type Crew } from "./_crew.ts";

let crew: Crew;
let failure: Error;

beforeAll(async () => {
  crew = await openCrew();
});
afterAll(() => crew?.[Symbol.asyncDispose]());

const failing = { "send-email": { run: () => Promise.reject(failure) } };
/** Long before a message that was not deleted would come back. */
const untilNoMessage = () =>
  expect
    .poll(() => queueDepth(crew.queues, "mail"))
    .toEqual({ visible: 0, inFlight: 0, delayed: 0 });

test("the message of a failed attempt is deleted: the outbox sends another", async () => {
  failure = new Error("not yet");
  await using _worker = await crew.worker({ handlers: failing });
  const [id = ""] = await crew.send("send-email", mails(1));
  await expect.poll(() => crew.row(id)).toMatchObject({ state: "queued", attempts: 1 });
  await untilNoMessage();
});

test.each([
  { why: "is hopeless", thrown: new PermanentJobError("hopeless"), before: 0 },
  { why: "was the last", thrown: new Error("again"), before: catalogue["send-email"].attempts - 1 },
])(
  "after an attempt that $why the job is dead, its letter says why, its message is deleted",
  async ({ thrown, before }) => {
    failure = thrown;
    const [id = ""] = await crew.send("send-email", mails(1));
    await crew.db.tables.jobs.update({ attempts: before }, { where: { id } });
    await using _worker = await crew.worker({ handlers: failing });
    const dead = { state: "dead", attempts: before + 1, lastError: thrown.message };
    await expect.poll(() => crew.row(id)).toMatchObject(dead);
    const letter = { state: "open", errorName: thrown.name, errorMessage: thrown.message };
    expect(await crew.letters(id)).toMatchObject([letter]);
    await untilNoMessage();
  },
);

test("messages of a job that runs elsewhere do not all come back at once, and none before its lease ends", async () => {
  using sqs = watchSqs();
  const [id = ""] = await crew.send("send-email", mails(1));
  const leaseUntil = new Date(crew.clock.now().getTime() + seconds(25));
  const elsewhere = { state: "running" as const, attempts: 1, claims: 1, worker: "worker-0" };
  await crew.db.tables.jobs.update({ ...elsewhere, leaseUntil }, { where: { id } });
  const QueueUrl = await crew.queues.url("mail");
  const MessageBody = bodyOf(await crew.row(id));
  for (let copy = 0; copy < 20; copy++)
    await crew.queues.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  const hidden: number[] = [];
  {
    await using _worker = await crew.worker({ handlers: failing });
    const seen = () =>
      sqs
        .commands()
        .flatMap((command) =>
          command instanceof ChangeMessageVisibilityCommand
            ? [command.input.VisibilityTimeout ?? 0]
            : [],
        );
    await expect.poll(() => seen().length).toBe(21);
    hidden.push(...seen());
  }
  const rest = Math.ceil((leaseUntil.getTime() - crew.clock.now().getTime()) / 1_000);
  expect(Math.min(...hidden)).toBeGreaterThanOrEqual(rest);
  expect(Math.max(...hidden)).toBeLessThanOrEqual(30);
  expect(new Set(hidden).size).toBeGreaterThan(1);
  expect(await crew.row(id)).toMatchObject(elsewhere);
  expect(await queueDepth(crew.queues, "mail")).toMatchObject({ visible: 0, inFlight: 21 });
});
