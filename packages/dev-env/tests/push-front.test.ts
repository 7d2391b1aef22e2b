import { createPrivateKey, sign } from "node:crypto";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import webPush from "web-push";

import { openPushService, type PushService } from "../src/fronts/push/push.ts";
import type { PushDevice } from "../src/fronts/push/device.ts";

const keys = webPush.generateVAPIDKeys();
const others = webPush.generateVAPIDKeys();
const vapidDetails = { subject: "mailto:operators@tendril.example", ...keys };

let service: PushService;
let device: PushDevice;

beforeAll(async () => {
  service = await openPushService();
});
afterAll(() => service?.[Symbol.asyncDispose]());
beforeEach(() => {
  device = service.subscribe(keys.publicKey);
});

type Changes = { headers?: Record<string, string | undefined>; body?: Buffer; endpoint?: string };

/** A push as the library makes it, but for these changes. */
async function send(text: string, options: webPush.RequestOptions = {}, changes: Changes = {}) {
  const made = webPush.generateRequestDetails(device.subscription, text, {
    vapidDetails,
    TTL: 60,
    contentEncoding: "aes128gcm",
    ...options,
  });
  const all = { ...Object.fromEntries(Object.entries(made.headers)), ...changes.headers };
  const headers = Object.entries(all).flatMap(([name, value]): [string, string][] =>
    value === undefined || name === "Content-Length" ? [] : [[name, String(value)]],
  );
  const response = await fetch(changes.endpoint ?? made.endpoint, {
    method: "POST",
    headers,
    body: new Uint8Array(changes.body ?? made.body),
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

test("what the library encrypts is read by the browser that it is for, and by no other", async () => {
  const answer = await send("Grüße 🌿", { urgency: "high", topic: "greeting" });
  expect(answer.status).toBe(201);
  expect(answer.headers.get("location")).toMatch(/^http/);
  expect(device.received).toMatchObject([
    {
      text: "Grüße 🌿",
      ttl: 60,
      urgency: "high",
      topic: "greeting",
      subject: vapidDetails.subject,
    },
  ]);
  const neighbour = service.subscribe(keys.publicKey);
  await send("For the other", {}, { endpoint: neighbour.subscription.endpoint });
  expect(neighbour.received.map(({ text }) => text)).toEqual([null]);
});

/** A statement of the site, signed by whomever, that says whatever. */
function statement(claims: object, { publicKey, privateKey } = keys) {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const point = Buffer.from(publicKey, "base64url");
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
    d: privateKey,
  };
  const signed = `${part({ typ: "JWT", alg: "ES256" })}.${part(claims)}`;
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  const signature = sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
  return (shown: string) => `vapid t=${signed}.${signature.toString("base64url")}, k=${shown}`;
}

describe("refused is a request", () => {
  const soon = () => Math.floor(Date.now() / 1_000) + 600;
  const claims = () => ({ aud: service.url, exp: soon(), sub: "mailto:a@tendril.example" });
  const withStatement = (said: object, pair = keys, shown = keys.publicKey) =>
    send("x", {}, { headers: { Authorization: statement(said, pair)(shown) } });

  test("none that is right in all of these", async () => {
    expect((await withStatement(claims())).status).toBe(201);
  });

  test.each([
    ["without a statement", 401, () => send("x", {}, { headers: { Authorization: undefined } })],
    ["with the key of another site", 403, () => withStatement(claims(), others, others.publicKey)],
    ["signed by another site", 403, () => withStatement(claims(), others)],
    ["for another service", 403, () => withStatement({ ...claims(), aud: "https://else.example" })],
    ["that is too late", 403, () => withStatement({ ...claims(), exp: soon() - 700 })],
    [
      "with a statement for two days",
      403,
      () => withStatement({ ...claims(), exp: soon() + 172_800 }),
    ],
    ["by nobody", 403, () => withStatement({ ...claims(), sub: "me" })],
    ["without a TTL", 400, () => send("x", {}, { headers: { TTL: undefined } })],
    ["of no known urgency", 400, () => send("x", {}, { headers: { Urgency: "very-high" } })],
    ["with a long topic", 400, () => send("x", {}, { headers: { Topic: "t".repeat(33) } })],
    ["in another encoding", 415, () => send("x", {}, { headers: { "Content-Encoding": "gzip" } })],
    ["of more than 4 KB", 413, () => send("x", {}, { body: Buffer.alloc(4_097) })],
    ["for nobody", 404, () => send("x", {}, { endpoint: `${service.url}/push/none` })],
  ])("%s: %i", async (_, status, sending) => {
    expect((await sending()).status).toBe(status);
    expect(device.received).toEqual([]);
  });

  test("for a browser that is gone, and counted none the less", async () => {
    device.expire();
    expect((await send("x")).status).toBe(410);
    expect([device.calls, device.received.length]).toEqual([1, 0]);
  });
});

test("a device that was away gets the latest of each topic, and nothing that was for the moment", async () => {
  device.goOffline();
  await send("first", { topic: "a" });
  await send("second", { topic: "a" });
  await send("another");
  await send("for the moment", { TTL: 0 });
  expect(device.received).toEqual([]);
  device.comeOnline();
  expect(device.received.map(({ text }) => text)).toEqual(["second", "another"]);
});

test("a test can have its own answer given", async () => {
  device.answerWith((_, response) => void response.writeHead(429, { "retry-after": "7" }).end());
  const answer = await send("x");
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "7"]);
  device.answerWith(undefined);
  expect((await send("x")).status).toBe(201);
});

describe("on a bad day the push service", () => {
  const misbehave = (how: Partial<PushService["behaviour"]>) =>
    Object.assign(service.behaviour, how);
  afterEach(() => misbehave({ answerAfterMs: 0, breaks: "never", busy: false }));

  test("takes a message without saying so", async () => {
    misbehave({ breaks: "after accepting" });
    await expect(send("Taken")).rejects.toThrow();
    expect(device.received).toHaveLength(1);
  });

  test("breaks off before it takes anything", async () => {
    misbehave({ breaks: "before accepting" });
    await expect(send("Not taken")).rejects.toThrow();
    expect(device.received).toHaveLength(0);
  });

  test("asks to come back", async () => {
    misbehave({ busy: true });
    const { status, headers } = await send("Not now");
    expect([status, headers.get("retry-after")]).toEqual([429, "1"]);
    expect(device.received).toHaveLength(0);
  });
});
