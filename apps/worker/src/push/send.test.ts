import { createServer, type RequestListener } from "node:http";

import { listen } from "@tendril/runtime";
import { describe, expect, test } from "vitest";

import { createPushHosts } from "./hosts.ts";
import { anyReach, publicReach } from "./reach.ts";
import { readRetryAfter, sendPush } from "./send.ts";

const now = new Date("2026-11-21T12:00:00Z");

async function outcomeOf(answer: RequestListener, reach = anyReach) {
  const server = createServer(answer);
  await using listening = await listen(server, 0);
  const url = new URL(`http://127.0.0.1:${listening.port}`);
  const request = { url, headers: {}, body: Buffer.from("sealed") };
  const signal = new AbortController().signal;
  const sender = { hosts: createPushHosts(), reach };
  return await sendPush(sender, request, { begin: async () => {}, signal, now: () => now });
}

test.each([
  [200, "sent"],
  [201, "sent"],
  [202, "sent"],
  [301, "refused"],
  [400, "refused"],
  [403, "refused"],
  [404, "gone"],
  [410, "gone"],
  [413, "refused"],
  [429, "not-sent"],
  [500, "not-sent"],
  [503, "not-sent"],
])("%i means %s", async (status, kind) => {
  const outcome = await outcomeOf((_, response) => response.writeHead(status).end("because"));
  expect(outcome.kind).toBe(kind);
  const why = "why" in outcome ? outcome.why : "";
  expect(why).toBe(kind === "sent" ? "" : `The push service answered ${status}: because`);
});

test("a broken connection leaves it open, an inside address is a refusal", async () => {
  expect((await outcomeOf((request) => request.socket.destroy())).kind).toBe("unknown");
  expect((await outcomeOf(() => {}, publicReach())).kind).toBe("refused");
});

test("nothing is sent when it cannot be noted before, and the place is free again", async () => {
  const hosts = createPushHosts();
  const request = { url: new URL("http://127.0.0.1:1"), headers: {}, body: Buffer.from("") };
  const signal = new AbortController().signal;
  const begin = () => Promise.reject(new Error("Another attempt"));
  for (let turn = 0; turn < 20; turn++) {
    const sending = sendPush({ hosts, reach: anyReach }, request, {
      begin,
      signal,
      now: () => now,
    });
    await expect(sending).rejects.toThrow("Another attempt");
  }
});

describe("Retry-After", () => {
  test.each([
    [undefined, 0],
    ["120", 120],
    ["Sat, 21 Nov 2026 12:02:00 GMT", 120],
    ["Sat, 21 Nov 2026 11:00:00 GMT", 0],
    ["86400", 3_600],
    ["-5", 0],
    ["soon", 0],
  ])("%s is %i seconds", (header, seconds) => {
    expect(readRetryAfter(header, now)).toBe(seconds);
  });
});
