import { once } from "node:events";
import { createServer } from "node:http";

import { SESServiceException } from "@aws-sdk/client-ses";
import { NotYetError, seconds } from "@tendril/runtime";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { connectSes, MailNotSentError, MailRefusedError, sendRaw } from "./ses.ts";

/** Takes requests in, and answers none unless it is told how. */
let answer: { status: number; body: string } | undefined;
const silent = createServer((request, response) => {
  request.resume();
  if (answer) response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.body);
});

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

const mail = { from: "a@example.com", to: "b@example.com", bytes: Buffer.from("\n") };
const sendOne = (ses: ReturnType<typeof connectSes>) =>
  sendRaw(ses, mail, { tags: {}, configurationSet: undefined }, new AbortController().signal).catch(
    (error: unknown) => error,
  );

test("a call that SES does not answer is given up, and leaves open whether the mail was sent", async () => {
  using ses = connectSes("eu-central-1");
  const asked = once(silent, "request");
  const sending = sendOne(ses);
  await asked;
  vi.advanceTimersByTime(seconds(15));
  const error = await sending;
  expect(error).toMatchObject({ name: "TimeoutError" });
  expect(error).not.toBeInstanceOf(MailNotSentError);
  expect(error).not.toBeInstanceOf(MailRefusedError);
});

const sesSays = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

test("what SES says no to for this mail's sake is not sent to it again", async () => {
  using ses = connectSes("eu-central-1");
  answer = { status: 400, body: sesSays("MessageRejected") };
  expect(await sendOne(ses)).toBeInstanceOf(MailRefusedError);
});

test.each([
  ["Throttling", 400, NotYetError, 1_000],
  ["InvalidClientTokenId", 403, NotYetError, 30_000],
  // Charged, so that it ends as a letter: neither is the mail lost, nor does it keep others waiting.
  ["RequestExpired", 400, SESServiceException, 0],
  ["of a stranger at its address", 404, SESServiceException, 0],
])("a no %s says nothing of the mail", async (code, status, next, holdMs) => {
  using ses = connectSes("eu-central-1");
  answer = { status, body: status === 404 ? "<h1>Not found</h1>" : sesSays(code) };
  const error = await sendOne(ses);
  expect(error).toBeInstanceOf(MailNotSentError);
  expect(error).toMatchObject({ holdMs, cause: expect.any(next) });
});
