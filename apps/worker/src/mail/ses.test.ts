import { once } from "node:events";
import { createServer } from "node:http";

import { seconds } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { connectSes, MailNotSentError, MailRefusedError, sendRaw } from "./ses.ts";

/** Takes requests in, and never answers. */
const silent = createServer();

beforeAll(async () => {
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : "";
  vi.stubEnv("AWS_ENDPOINT_URL_SES", `http://127.0.0.1:${port}`);
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

test("a call that SES does not answer is given up, and leaves open whether the mail was sent", async () => {
  using ses = connectSes("eu-central-1");
  const mail = { from: "a@example.com", to: "b@example.com", bytes: Buffer.from("\n") };
  const asked = once(silent, "request");
  const sending = sendRaw(
    ses,
    mail,
    { tags: {}, configurationSet: undefined },
    new AbortController().signal,
  ).catch((error: unknown) => error);
  await asked;
  vi.advanceTimersByTime(seconds(15));
  const error = await sending;
  expect(error).toMatchObject({ name: "TimeoutError" });
  expect(error).not.toBeInstanceOf(MailNotSentError);
  expect(error).not.toBeInstanceOf(MailRefusedError);
});
