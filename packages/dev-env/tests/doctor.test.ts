import { createServer } from "node:http";
import { text } from "node:stream/consumers";

import { diagnose } from "@tendril/doctor";
import { checks as webChecks } from "@tendril/web/doctor";
import { checks as workerChecks } from "@tendril/worker/doctor";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { startTestEnv, type TestEnv } from "../src/index.ts";
import {
  closedPort,
  examineWith,
  lend,
  openPort,
  openSilentPort,
  wrong,
  type Question,
} from "./_doctor.ts";

let env: TestEnv;
beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
});
afterAll(() => env?.[Symbol.asyncDispose]());

const examine = (...of: Question) => examineWith(env.environment, ...of);

test.each([
  ["web", webChecks, 9],
  ["worker", workerChecks, 10],
] as const)(
  "everything is well in the %s tier, and nothing stays behind",
  async (_, checks, all) => {
    const before = env.space.mailbox.list().length;
    const results = await diagnose(checks(env.environment));
    expect(results.filter(({ state }) => state !== "fine")).toEqual([]);
    expect(results).toHaveLength(all);
    const bucket = env.environment["PHOTO_BUCKET"] ?? "";
    const listed = await fetch(`${inject("servers").fauxqs}/${bucket}?list-type=2`);
    expect(await listed.text()).toContain("<KeyCount>0</KeyCount>");
    const sent = env.space.mailbox.list().slice(before);
    expect(sent.every(({ to }) => to[0] === "success@simulator.amazonses.com")).toBe(true);
  },
);

test("settings: what one cure mends is one line", async () => {
  expect(await examine(webChecks, "settings", { PUBLIC_URL: "http://gallery.example" })).toEqual(
    wrong(/^PUBLIC_URL must begin with https:/, /localhost alone/),
  );
  const missing = { RDS_DB_NAME: "", PHOTO_BUCKET: "" };
  expect(await examine(workerChecks, "settings", missing)).toEqual(
    wrong(/^RDS_DB_NAME is missing; PHOTO_BUCKET is missing$/, /docs\/deploy\.md/),
  );
  expect(await examine(workerChecks, "settings", { RDS_CA: "/no/such.pem" })).toEqual(
    wrong(/^RDS_CA cannot be read: .*ENOENT/, /certificates\/rds\.pem/),
  );
  const otherKey = { VAPID_PRIVATE_KEY: "A".repeat(42) + "E" };
  expect(await examine(workerChecks, "settings", otherKey)).toEqual(
    wrong(/does not belong to VAPID_PUBLIC_KEY/, /both halves of one/),
  );
});

test("what lacks its own settings is not looked at, and says which", async () => {
  expect(await examine(webChecks, "Redis", { REDIS_URL: "none" })).toEqual([
    { check: "Redis", state: "unknown", says: "not looked at; to be put right first: REDIS_URL" },
  ]);
});

describe("Redis", () => {
  const redis = (url: string) => examine(webChecks, "Redis", { REDIS_URL: url });
  const port = () => new URL(env.environment["REDIS_URL"] ?? "").port;

  test("nothing listens; nobody answers", async () => {
    expect(await redis(`redis://127.0.0.1:${await closedPort()}/0`)).toEqual(
      wrong(/refuses connections/, /REDIS_URL names another/),
    );
    await using silent = await openSilentPort();
    expect(await redis(`redis://127.0.0.1:${silent.port}/0`)).toEqual(
      wrong(/says nothing/, /TLS alone: REDIS_URL has to begin with rediss:/),
    );
  });

  test("a password that it does not take", async () => {
    const found = await redis(`redis://someone:a-wrong-password@127.0.0.1:${port()}/0`);
    expect(found).toEqual(wrong(/does not accept our password/, /rediss:\/\/user:password@/));
    expect(JSON.stringify(found)).not.toContain("a-wrong-password");
  });

  test("TLS where there is none", async () => {
    expect(await redis(`rediss://127.0.0.1:${port()}/0`)).toEqual(
      wrong(/takes the connection and then says nothing/, /speaks no TLS/),
    );
  });
});

describe("queues", () => {
  const queues = (changed: Record<string, string> = {}) => examine(workerChecks, "queues", changed);

  test("another prefix: one line for each that is missing", async () => {
    const found = await queues({ QUEUE_PREFIX: "nobodys" });
    expect(found).toHaveLength(9);
    expect(found[0]).toMatchObject({
      says: expect.stringMatching(/^there is no queue nobodys-media in eu-central-1, or no right/),
      cure: expect.stringMatching(/QUEUE_PREFIX right \(nobodys\)/),
    });
  });

  test("SQS is not reached, or keeps silent: said once", async () => {
    await env.stop("sqs");
    expect(await queues()).toEqual(wrong(/^SQS cannot be reached$/, /NAT gateway/));
    await env.resume("sqs");
    await using silent = await openSilentPort();
    using _ = lend({ AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${silent.port}` });
    expect(await queues()).toEqual(wrong(/^SQS cannot be reached$/, /VPC endpoint of SQS/));
  });
});

describe("bucket and CDN", () => {
  const bucket = (changed: Record<string, string> = {}) => examine(webChecks, "bucket", changed);

  test("no such bucket, so nothing to fetch by the CDN", async () => {
    const changed = { PHOTO_BUCKET: "nobodys-photos" };
    expect(await bucket(changed)).toEqual(
      wrong(/no bucket nobodys-photos/, /slip in PHOTO_BUCKET/),
    );
    expect(await examine(webChecks, "CDN", changed)).toMatchObject([{ state: "unknown" }]);
  });

  test("S3 is not reached", async () => {
    await env.stop("s3");
    expect(await bucket()).toEqual(wrong(/^S3 cannot be reached$/, /NAT gateway/));
    await env.resume("s3");
  });

  test("credentials that S3 does not know, a secret that is not theirs, and none", async () => {
    {
      using _ = lend({ AWS_ACCESS_KEY_ID: "AKIANOBODY0000000000" });
      expect(await bucket()).toEqual(wrong(/AWS does not know these credentials/, /instance role/));
    }
    {
      using _ = lend({ AWS_SECRET_ACCESS_KEY: "another-secret" });
      expect(await bucket()).toEqual(wrong(/does not accept the signature/, /does not belong/));
    }
    using _ = lend({ AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" });
    const none = wrong(/no AWS credentials/, /instance role/);
    expect(await examine(webChecks, "AWS credentials")).toEqual(none);
  });

  test("pages from elsewhere may not send files to it", async () => {
    const found = await bucket({ PUBLIC_URL: "https://gallery.example" });
    expect(found).toMatchObject([
      { state: "doubtful", says: expect.stringContaining("from https://gallery.example") },
    ]);
  });

  test("a CDN that may not read it, one that is another's, one that is not there", async () => {
    const cdn = (CDN_BASE_URL: string) => examine(webChecks, "CDN", { CDN_BASE_URL });
    const real = env.environment["CDN_BASE_URL"] ?? "";
    expect(await cdn(`${real}/elsewhere`)).toEqual(
      wrong(/may not read the bucket \(403\)/, /cloudfront\.amazonaws\.com/),
    );
    expect(await cdn(env.url)).toEqual(wrong(/answers 404/, /another distribution/));
    expect(await cdn(`http://localhost:${await closedPort()}`)).toEqual(
      wrong(/refuses connections/, /CDN_BASE_URL/),
    );
  });

  test("assets from another origin without CORS: pages would show, and no script would run", async () => {
    const real = env.environment["CDN_BASE_URL"] ?? "";
    const server = createServer(async (request, response) => {
      response.end(await (await fetch(`${real}${request.url ?? ""}`)).text());
    });
    await using plain = await openPort(server);
    const ASSET_BASE_URL = `http://localhost:${plain.port}/assets`;
    expect(await examine(webChecks, "CDN", { ASSET_BASE_URL })).toEqual(
      wrong(/gives no scripts to pages of http:\/\/localhost/, /SimpleCORS/),
    );
    const ownOrigin = { ASSET_BASE_URL, PUBLIC_URL: `http://localhost:${plain.port}` };
    expect(await examine(webChecks, "CDN", ownOrigin)).toEqual([]);
    expect(await examine(webChecks, "CDN", { ASSET_BASE_URL: `${real}/assets` })).toEqual([]);
  });
});

describe("mail", () => {
  const mail = (changed: Record<string, string> = {}) => examine(workerChecks, "mail", changed);

  test("a sender that is not verified", async () => {
    expect(await mail({ MAIL_FROM: "Tendril <news@nobody.example>" })).toEqual(
      wrong(/does not know the sender .*news@nobody\.example.* \(MAIL_FROM\)/, /Verify its domain/),
    );
  });

  test("no such configuration set: both senders, one by one", async () => {
    const found = await mail({ SES_CONFIGURATION_SET: "nobodys" });
    expect(found).toHaveLength(2);
    expect(found[0]?.says).toBe("there is no configuration set nobodys in eu-central-1");
  });

  test("an account in its sandbox, whose sending is paused", async () => {
    const page = (name: string, inner: string) =>
      `<${name} xmlns="http://ses.amazonaws.com/doc/2010-12-01/">${inner}</${name}>`;
    const quota =
      "<GetSendQuotaResult><Max24HourSend>200.0</Max24HourSend><MaxSendRate>1.0</MaxSendRate><SentLast24Hours>3.0</SentLast24Hours></GetSendQuotaResult>";
    const paused =
      "<Error><Type>Sender</Type><Code>AccountSendingPausedException</Code><Message>Paused</Message></Error>";
    const server = createServer(async (request, response) => {
      const asksQuota = (await text(request)).includes("Action=GetSendQuota");
      response.writeHead(asksQuota ? 200 : 400, { "content-type": "text/xml" });
      response.end(asksQuota ? page("GetSendQuotaResponse", quota) : page("ErrorResponse", paused));
    });
    await using ses = await openPort(server);
    using _ = lend({ AWS_ENDPOINT_URL_SES: `http://127.0.0.1:${ses.port}` });
    const [sandbox, sending] = await mail();
    expect(sandbox).toMatchObject({
      state: "doubtful",
      says: expect.stringMatching(/^SES is in its sandbox in eu-central-1: 200 mails a day/),
      cure: expect.stringContaining("production access"),
    });
    expect(sending?.says).toMatch(/^SES has paused sending/);
  });

  test("SES is not reached: said once", async () => {
    await env.stop("ses");
    expect(await mail()).toEqual(wrong(/^SES cannot be reached$/, /NAT gateway/));
    await env.resume("ses");
  });
});

test("the public address is a doubt, before there is anything behind it", async () => {
  const PUBLIC_URL = `http://localhost:${await closedPort()}`;
  expect(await examine(webChecks, "public address", { PUBLIC_URL })).toMatchObject([
    { state: "doubtful", says: expect.stringContaining("refuses connections") },
  ]);
});
