import { once } from "node:events";
import { createServer } from "node:http";

import { ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { seconds } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { connectQueues } from "./queues.ts";

/** Takes requests in, and never answers. */
const silent = createServer();
let url: string;

beforeAll(async () => {
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  vi.stubEnv("AWS_ENDPOINT_URL_SQS", url);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterAll(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  silent.closeAllConnections();
  silent.close();
  await once(silent, "close");
});

/** What becomes of a call that gets no answer, after that many seconds. */
async function unanswered(sqs: SQSClient, after: number): Promise<string> {
  const asked = once(silent, "request");
  let end = "still waits";
  const call = sqs.send(new ReceiveMessageCommand({ QueueUrl: `${url}/0/queue` })).then(
    () => void (end = "answered"),
    (error: Error) => void (end = error.name),
  );
  await asked;
  vi.advanceTimersByTime(seconds(after));
  await new Promise((resolve) => setImmediate(resolve));
  if (end === "still waits") silent.closeAllConnections();
  else await call;
  return end;
}

test("a call that SQS does not answer is given up soon", async () => {
  using queues = connectQueues({ region: "eu-central-1", prefix: "test" });
  expect(await unanswered(queues.sqs, 5)).toBe("TimeoutError");
});

test("a long poll may last as long as SQS lets it, and no longer", async () => {
  using queues = connectQueues({ region: "eu-central-1", prefix: "test" });
  expect(await unanswered(queues.longPolls, 20)).toBe("still waits");
  expect(await unanswered(queues.longPolls, 25)).toBe("TimeoutError");
});
