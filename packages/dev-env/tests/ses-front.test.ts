import { SendEmailCommand, SendRawEmailCommand, SESClient } from "@aws-sdk/client-ses";
import { createSpace } from "@tendril/dev-env";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import type { Space } from "../src/space/space.ts";
import { openTestSpace } from "./_space.ts";

const RAW = [
  "From: Tendril <account@tendril.example>",
  "To: Bruno <bruno@example.com>",
  "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=",
  "X-Odd-Header: kept as it is",
  "MIME-Version: 1.0",
  "Content-Type: multipart/alternative; boundary=b",
  "",
  "--b",
  "Content-Type: text/plain; charset=utf-8",
  "",
  "Plain words",
  "--b",
  "Content-Type: text/html; charset=utf-8",
  "",
  '<p onclick="alert(1)">Formatted words</p><script>alert(1)</script>',
  "--b--",
  "",
].join("\r\n");

let space: Space;
let ses: SESClient;

beforeAll(async () => {
  space = await openTestSpace();
  const {
    AWS_ENDPOINT_URL_SES: endpoint = "",
    AWS_REGION: region = "",
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
  } = space.environment;
  ses = new SESClient({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  ses?.destroy();
  await space?.[Symbol.asyncDispose]();
});

const sendRaw = (raw: string, more = {}) =>
  ses.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(raw) }, ...more }));

describe("a raw message", () => {
  test("is kept byte for byte, with its envelope and tags", async () => {
    const Tags = [
      { Name: "mail", Value: "42" },
      { Name: "generation", Value: "0" },
    ];
    const { MessageId = "" } = await sendRaw(RAW, { Destinations: ["bruno@example.com"], Tags });
    expect(await (await fetch(`${space.inbox.url}/messages/${MessageId}/raw`)).text()).toBe(RAW);
    const list: unknown = await (await fetch(`${space.inbox.url}/messages.json`)).json();
    expect(list).toEqual([
      expect.objectContaining({
        id: MessageId,
        from: "Tendril <account@tendril.example>",
        to: ["bruno@example.com"],
        subject: "Grüße",
        text: expect.stringContaining("Plain words"),
        html: expect.stringContaining("Formatted words"),
        tags: { mail: "42", generation: "0" },
        headers: expect.objectContaining({ "x-odd-header": "kept as it is" }),
      }),
    ]);
  });

  test("is still there when the space is opened again", async () => {
    const before = space.mailbox.list();
    await using again = await createSpace(inject("servers"), {
      name: space.name,
      publicUrl: "http://localhost:1",
    });
    expect(again.mailbox.list()).toEqual(before);
  });

  test("cannot run anything in the inbox", async () => {
    const [message] = space.mailbox.list();
    const answer = await fetch(`${space.inbox.url}/messages/${message?.id}/html`);
    expect(answer.headers.get("content-security-policy")).toMatch(
      /^sandbox (?!.*allow-scripts).*default-src 'none'/,
    );
    expect(await (await fetch(`${space.inbox.url}/messages/${message?.id}`)).text()).toContain(
      "<iframe",
    );
  });
});

test("a simple message is kept as the raw one that SES makes of it", async () => {
  const Body = { Text: { Data: "Ünder" }, Html: { Data: "<p>Ünder</p>" } };
  await ses.send(
    new SendEmailCommand({
      Source: "news@tendril.example",
      Destination: { ToAddresses: ["dag@example.com"] },
      Message: { Subject: { Data: "Töast" }, Body },
    }),
  );
  expect(space.mailbox.list()[0]).toMatchObject({
    to: ["dag@example.com"],
    subject: "Töast",
    text: expect.stringContaining("Ünder"),
    html: expect.stringContaining("<p>Ünder</p>"),
  });
});

describe("refused is", () => {
  test("a sender who is not verified", async () => {
    const sending = sendRaw(RAW.replace("account@tendril.example", "someone@elsewhere.example"), {
      Destinations: ["bruno@example.com"],
    });
    await expect(sending).rejects.toMatchObject({
      name: "MessageRejected",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("an address that is none, and more than fifty of them", async () => {
    await expect(sendRaw(RAW, { Destinations: ["nobody"] })).rejects.toThrow(/domain/);
    await expect(
      sendRaw(RAW, { Destinations: Array.from({ length: 51 }, (_, n) => `a${n}@example.com`) }),
    ).rejects.toThrow(/50/);
  });
});
