import { createECDH, randomBytes } from "node:crypto";

import { expect, test } from "vitest";
import webPush from "web-push";

import { composePush, testWords } from "./compose.ts";

const pair = createECDH("prime256v1");
const subscription = {
  endpoint: "https://push.example.com/x",
  p256dh: pair.generateKeys("base64url"),
  auth: randomBytes(16).toString("base64url"),
};
const vapid = { ...webPush.generateVAPIDKeys(), subject: "mailto:operators@tendril.example" };
const createdAt = new Date("2026-11-21T12:00:00Z");
const after = (hours: number) => new Date(createdAt.getTime() + hours * 3_600_000);

test("the longest words stay far below what push services take", () => {
  const words = {
    title: "\u0001".repeat(400),
    text: "🌿".repeat(200),
    path: `/photos/${"x".repeat(60)}`,
  };
  const push = { notificationId: Number.MAX_SAFE_INTEGER, createdAt };
  const { body, headers } = composePush(vapid, push, subscription, words, after(0));
  expect(body.length).toBeLessThan(3_072);
  expect(String(headers["Topic"]).length).toBeLessThanOrEqual(32);
});

test("a push is kept for a device until it is a day old, and no longer", () => {
  const ttl = (hours: number) =>
    composePush(vapid, { notificationId: 7, createdAt }, subscription, testWords, after(hours))
      .headers["TTL"];
  expect([ttl(0), ttl(23), ttl(30)]).toEqual(["86400", "3600", "0"]);
});
