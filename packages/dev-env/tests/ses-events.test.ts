import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { GetSendQuotaCommand, SendRawEmailCommand, SESClient } from "@aws-sdk/client-ses";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import type { Space } from "../src/space/space.ts";
import { openTestSpace } from "./_space.ts";

let space: Space;
let ses: SESClient;
let sqs: SQSClient;
let QueueUrl: string | undefined;

beforeAll(async () => {
  space = await openTestSpace();
  const {
    AWS_REGION: region = "",
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
    AWS_ENDPOINT_URL_SES,
    AWS_ENDPOINT_URL_SQS,
  } = space.environment;
  const shared = { region, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
  ses = new SESClient({ ...shared, endpoint: AWS_ENDPOINT_URL_SES ?? "" });
  sqs = new SQSClient({ ...shared, endpoint: AWS_ENDPOINT_URL_SQS ?? "" });
  const QueueName = `${space.name}-mail-events`;
  ({ QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName })));
});
afterAll(async () => {
  ses?.destroy();
  sqs?.destroy();
  await space?.[Symbol.asyncDispose]();
});
afterEach(() => {
  Object.assign(space.fronts.ses.behaviour, { maxSendRate: 14, answerAfterMs: 0, breaks: "never" });
  Object.assign(space.fronts.ses.behaviour.events, { delayMs: 0, lost: false, copies: 1 });
});

const send = (to: string, more: object = { ConfigurationSetName: "tendril" }) =>
  ses.send(
    new SendRawEmailCommand({
      Source: "account@tendril.example",
      Destinations: [to],
      Tags: [
        { Name: "mail", Value: "42" },
        { Name: "generation", Value: "1" },
      ],
      RawMessage: {
        Data: Buffer.from(
          `From: account@tendril.example\r\nTo: ${to}\r\nSubject: =?utf-8?Q?=F0=9F=98=80?=\r\n\r\nHello\r\n`,
        ),
      },
      ...more,
    }),
  );

const envelope = z.object({
  Type: z.literal("Notification"),
  MessageId: z.uuid(),
  TopicArn: z.string(),
  Message: z.string(),
  Timestamp: z.iso.datetime(),
});
const event = z.looseObject({ eventType: z.string(), mail: z.looseObject({}) });

/** Waits until so many events are there; they are taken. */
async function events(count: number) {
  const found: z.infer<typeof event>[] = [];
  await expect
    .poll(async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      for (const { Body = "", ReceiptHandle } of Messages) {
        found.push(event.parse(JSON.parse(envelope.parse(JSON.parse(Body)).Message)));
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return found.length;
    })
    .toBe(count);
  return found.toSorted((a, b) => a.eventType.localeCompare(b.eventType));
}

const mail = (to: string, messageId: string | undefined) => ({
  messageId,
  destination: [to],
  source: "account@tendril.example",
  timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
  tags: expect.objectContaining({
    mail: ["42"],
    generation: ["1"],
    "ses:configuration-set": ["tendril"],
    "ses:from-domain": ["tendril.example"],
  }),
});

describe("a mail to the simulator", () => {
  test("success@ is sent and delivered", async () => {
    const to = "success@simulator.amazonses.com";
    const { MessageId } = await send(to);
    expect(await events(2)).toMatchObject([
      { eventType: "Delivery", delivery: { recipients: [to] }, mail: mail(to, MessageId) },
      { eventType: "Send", send: {}, mail: mail(to, MessageId) },
    ]);
  });

  test("bounce@ comes back for good", async () => {
    const to = "bounce@simulator.amazonses.com";
    const { MessageId } = await send(to);
    const bounce = {
      bounceType: "Permanent",
      bounceSubType: "General",
      bouncedRecipients: [{ emailAddress: to, action: "failed", status: "5.1.1" }],
    };
    expect(await events(2)).toMatchObject([
      { eventType: "Bounce", bounce, mail: mail(to, MessageId) },
      { eventType: "Send" },
    ]);
  });

  test("complaint@ is delivered and complained about", async () => {
    const to = "complaint@simulator.amazonses.com";
    const { MessageId } = await send(to);
    const complaint = {
      complainedRecipients: [{ emailAddress: to }],
      complaintFeedbackType: "abuse",
    };
    expect(await events(3)).toMatchObject([
      { eventType: "Complaint", complaint, mail: mail(to, MessageId) },
      { eventType: "Delivery" },
      { eventType: "Send" },
    ]);
  });
});

test.each([
  ["soft-bounce", { eventType: "Bounce", bounce: { bounceType: "Transient" } }],
  ["delay", { eventType: "DeliveryDelay", deliveryDelay: { delayType: "MailboxFull" } }],
  ["reject", { eventType: "Reject", reject: { reason: "Bad content" } }],
] as const)("an address may have the fate %s", async (fate, told) => {
  space.fronts.ses.behaviour.fates.set("bruno@example.com", fate);
  await send("bruno@example.com");
  expect(await events(2)).toMatchObject([told, { eventType: "Send" }]);
  space.fronts.ses.behaviour.fates.clear();
});

test("no event is published when the call names no configuration set, and one that is not there is refused", async () => {
  await send("bruno@example.com", { ConfigurationSetName: undefined });
  await expect(
    send("bruno@example.com", { ConfigurationSetName: "misspelt" }),
  ).rejects.toMatchObject({
    name: "ConfigurationSetDoesNotExistException",
    $metadata: { httpStatusCode: 400 },
  });
  // Those of a mail that is sent afterwards are the only ones.
  const { MessageId } = await send("dag@example.com");
  for (const { mail } of await events(2)) expect(mail["messageId"]).toBe(MessageId);
});

test("events come late, twice or never, as they are told", async () => {
  const { behaviour } = space.fronts.ses;
  behaviour.events.lost = true;
  const { MessageId } = await send("lost@example.com");
  behaviour.events.lost = false;
  expect([...space.fronts.ses.untold]).toEqual([MessageId]);
  behaviour.events.delayMs = 700;
  const began = performance.now();
  await send("late@example.com");
  const late = await events(2);
  expect(performance.now() - began).toBeGreaterThan(600);
  for (const { mail } of late) expect(mail["destination"]).toEqual(["late@example.com"]);
  Object.assign(behaviour.events, { delayMs: 0, copies: 2 });
  await send("twice@example.com");
  expect(await events(4)).toHaveLength(4);
});

test("too many calls in a second are throttled in SES's words, and not taken in", async () => {
  const { behaviour } = space.fronts.ses;
  behaviour.maxSendRate = 3;
  const before = space.mailbox.list().length;
  const calls = await Promise.allSettled(
    Array.from({ length: 10 }, () =>
      send("bruno@example.com", { ConfigurationSetName: undefined }),
    ),
  );
  const refused = calls.flatMap((call) => (call.status === "rejected" ? [call.reason] : []));
  expect(refused.length).toBeGreaterThanOrEqual(5);
  for (const error of refused)
    expect(error).toMatchObject({
      name: "Throttling",
      message: "Maximum sending rate exceeded.",
      $metadata: { httpStatusCode: 400 },
    });
  expect(space.mailbox.list().length - before).toBe(10 - refused.length);
  expect(space.fronts.ses.throttled).toBe(refused.length);
  const quota = await ses.send(new GetSendQuotaCommand({}));
  expect(quota).toMatchObject({ MaxSendRate: 3, Max24HourSend: 50_000 });
});

test("the connection breaks before or after a mail is taken in, and the caller cannot tell", async () => {
  const { behaviour } = space.fronts.ses;
  const before = space.mailbox.list().length;
  behaviour.breaks = "before accepting";
  await expect(send("bruno@example.com")).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(space.mailbox.list()).toHaveLength(before);
  behaviour.breaks = "after accepting";
  await expect(send("bruno@example.com")).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(space.mailbox.list()).toHaveLength(before + 1);
  expect(await events(2)).toHaveLength(2);
});

test("an answer takes as long as it is told", async () => {
  space.fronts.ses.behaviour.answerAfterMs = 500;
  const began = performance.now();
  await send("bruno@example.com");
  expect(performance.now() - began).toBeGreaterThan(450);
  await events(2);
});
