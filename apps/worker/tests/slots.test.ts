import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { catalogue } from "@tendril/jobs";
import { availableParallelism } from "node:os";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import type { Handlers } from "../src/handlers/index.ts";
import { mails, openCrew, watchSqs, type Crew } from "./_crew.ts";

let crew: Crew;
let running = 0;
let most = 0;
let blocked = Promise.withResolvers<void>();

const files = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ slug: `s${n}`, fileKey: `k${n}`, original: false }));

async function stay() {
  running += 1;
  most = Math.max(most, running);
  await blocked.promise;
  running -= 1;
  return { state: "done" as const };
}
const handlers: Partial<Handlers> = {
  "delete-photo-files": { run: stay },
  "send-email": { run: stay },
};

beforeAll(async () => {
  crew = await openCrew();
});
afterEach(() => {
  catalogue["delete-photo-files"].queue = "media";
  blocked = Promise.withResolvers();
});
afterAll(() => crew?.[Symbol.asyncDispose]());

async function depth(queue: "media" | "bulk") {
  const { Attributes = {} } = await crew.queues.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: await crew.queues.url(queue),
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return {
    waiting: Number(Attributes["ApproximateNumberOfMessages"]),
    taken: Number(Attributes["ApproximateNumberOfMessagesNotVisible"]),
  };
}

const untilDone = async (ids: readonly string[]) => {
  for (const id of ids)
    await expect.poll(() => crew.row(id), { timeout: 10_000 }).toMatchObject({ state: "done" });
};

test("long work does not begin while the quick is more than the worker can do", async () => {
  catalogue["delete-photo-files"].queue = "bulk";
  using sqs = watchSqs();
  await using _worker = await crew.worker({ handlers });
  await expect.poll(() => sqs.receives("bulk"), { timeout: 5_000 }).toHaveLength(1);
  const quick = await crew.send("send-email", mails(12));
  await expect.poll(() => running, { timeout: 5_000 }).toBeGreaterThan(5);

  // It comes with the receive that was under way before the quick ones were there.
  const long = await crew.send("delete-photo-files", files(1));
  const givenBack = (command: object) => command instanceof ChangeMessageVisibilityBatchCommand;
  await expect.poll(() => sqs.commands().some(givenBack), { timeout: 5_000 }).toBe(true);
  await expect.poll(() => depth("bulk"), { timeout: 5_000 }).toEqual({ waiting: 1, taken: 0 });
  expect(await crew.row(long[0] ?? "")).toMatchObject({ state: "queued", attempts: 0, claims: 0 });
  expect(sqs.receives("bulk")).toHaveLength(1);

  blocked.resolve();
  await untilDone([...quick, ...long]);
});

test("media takes from its queue only what it has free slots for: the rest is for other workers", async () => {
  const slots = availableParallelism();
  most = 0;
  using sqs = watchSqs();
  const ids = await crew.send("delete-photo-files", files(slots * 3));
  await using _worker = await crew.worker({ handlers });
  await expect.poll(() => running, { timeout: 5_000 }).toBe(slots);
  await expect
    .poll(() => depth("media"), { timeout: 5_000 })
    .toEqual({ waiting: slots * 2, taken: slots });
  blocked.resolve();
  await untilDone(ids);
  expect(most).toBe(slots);
  expect(sqs.receives("media").length).toBeGreaterThan(2);
  for (const { MaxNumberOfMessages } of sqs.receives("media"))
    expect(MaxNumberOfMessages).toBeLessThanOrEqual(slots);
});
