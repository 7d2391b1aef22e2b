import { queueDepth } from "@tendril/jobs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { mails, openCrew, type Crew } from "./_crew.ts";
import { openFarSqs } from "./_far-sqs.ts";

let crew: Crew;

beforeAll(async () => {
  crew = await openCrew();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await crew?.[Symbol.asyncDispose]();
});

test("what a receive brings at the very moment of a stop goes straight back, not begun", async () => {
  const ids = await crew.send("send-email", mails(3));
  const begun: number[] = [];
  const brought = Promise.withResolvers<void>();
  await using sqs = await openFarSqs(crew.env.environment["AWS_ENDPOINT_URL_SQS"] ?? "", {
    ReceiveMessage: { back: 100, setsOut: brought.resolve },
    ChangeMessageVisibilityBatch: { there: 1_500 },
  });
  vi.stubEnv("AWS_ENDPOINT_URL_SQS", sqs.url);
  const worker = await crew.worker({
    handlers: {
      "send-email": {
        async run(_context, { emailId }) {
          begun.push(emailId);
          return { state: "done" };
        },
      },
    },
  });
  await brought.promise;
  await worker[Symbol.asyncDispose]();

  // As soon as the worker has ended, others can have them.
  expect(await queueDepth(crew.queues, "mail")).toMatchObject({ visible: 3, inFlight: 0 });
  expect(begun).toEqual([]);
  for (const id of ids)
    expect(await crew.row(id)).toMatchObject({ state: "queued", attempts: 0, claims: 0 });
});
