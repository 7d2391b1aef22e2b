import { createECDH } from "node:crypto";
import { readFileSync } from "node:fs";

import { ConfigError, seconds, type Environment } from "@tendril/runtime";
import { patienceMs } from "@tendril/storage";
import { describe, expect, test } from "vitest";

import { readConfig } from "./config.ts";

const local = {
  PUBLIC_URL: "http://localhost:8080/",
  RDS_HOSTNAME: "127.0.0.1",
  RDS_DB_NAME: "tendril",
  RDS_USERNAME: "tendril",
  RDS_PASSWORD: "secret of the database",
  REDIS_URL: "redis://127.0.0.1:6379/0",
  AWS_REGION: "eu-central-1",
  QUEUE_PREFIX: "tendril",
  PHOTO_BUCKET: "photos",
  CDN_BASE_URL: "http://localhost:9000",
  SESSION_SECRETS: "development-session-secret",
  TOKEN_SECRETS: "development-token-secret",
};
const served = {
  ...local,
  PUBLIC_URL: "https://tendril.example",
  SESSION_SECRETS: "0123456789abcdef0123456789abcdef",
  TOKEN_SECRETS: "fedcba9876543210fedcba9876543210",
};

function mistakesOf(environment: Environment): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map(({ variable }) => variable);
  }
}

describe("the web tier's configuration", () => {
  test("has defaults for all that need not be said", () => {
    expect(readConfig(local)).toMatchObject({
      port: 8080,
      listenAddress: "127.0.0.1",
      publicUrl: "http://localhost:8080",
      secure: false,
      local: true,
      trustedProxies: 0,
      assetBaseUrl: "/assets",
      cache: true,
      pageSize: 30,
      simulatedLatencyMs: 0,
      logLevel: "info",
      database: { port: 3306, readerHost: "127.0.0.1", certificateAuthority: undefined },
      storage: { maxBytes: 25 * 1024 * 1024 },
    });
  });

  test("gives up a photo store that says nothing before whoever is in front gives up this server", () => {
    // nginx by itself, and IdleTimeout in .ebextensions/web.
    expect(readConfig(local).storage.tries * patienceMs).toBeLessThan(seconds(60));
  });

  test("names everything that is missing at once", () => {
    expect(mistakesOf({}).sort()).toEqual(Object.keys(local).sort());
  });

  test.each([
    ["GALLERY_PAGE_SIZE", "0"],
    ["GALLERY_PAGE_SIZE", "many"],
    ["CACHE", "maybe"],
    ["QUEUE_PREFIX", "with space"],
    ["REDIS_URL", "http://127.0.0.1"],
    ["CDN_BASE_URL", "cdn"],
    ["TRUSTED_PROXIES", "-1"],
    ["PUBLIC_URL", "http://tendril.example"],
    ["SESSION_SECRETS", "short"],
    ["TOKEN_SECRETS", "short"],
  ])("refuses %s=%s", (name, value) => {
    expect(mistakesOf({ ...local, [name]: value })).toEqual([name]);
  });
});

describe("under https", () => {
  test("what stays on this machine needs no TLS", () => {
    expect(readConfig(served)).toMatchObject({ secure: true, local: false });
  });

  test("everything that is missing for safety is named at once", () => {
    const mistakes = mistakesOf({
      ...local,
      PUBLIC_URL: "https://tendril.example",
      RDS_HOSTNAME: "database.example",
      REDIS_URL: "redis://cache.example:6379",
      SIMULATED_LATENCY_MS: "500",
    });
    expect(mistakes.sort()).toEqual([
      "RDS_CA",
      "REDIS_URL",
      "SESSION_SECRETS",
      "SIMULATED_LATENCY_MS",
      "TOKEN_SECRETS",
    ]);
  });

  test.each([
    ["a short secret", { SESSION_SECRETS: "0123456789abcdef01234567" }],
    ["a ready-made secret", { SESSION_SECRETS: `development-${"0".repeat(40)}` }],
    [
      "one short secret among good ones",
      { SESSION_SECRETS: `${"0".repeat(40)},${"1".repeat(20)}` },
    ],
  ])("%s is refused", (_, change) => {
    expect(mistakesOf({ ...served, ...change })).toEqual(["SESSION_SECRETS"]);
  });

  test("the keys for pushes that everybody knows are refused, and others are not", () => {
    const known =
      "BPJOH2g4keRSrg4u-73skSIJThhPRDCQy5vntir2yFtvu3fjKGy_wE2676Z8-nAEEmx2X4Z-xF1RgnFM0HNzIZM";
    const own = createECDH("prime256v1").generateKeys("base64url");
    expect(mistakesOf({ ...served, VAPID_PUBLIC_KEY: known })).toEqual(["VAPID_PUBLIC_KEY"]);
    expect(readConfig({ ...served, VAPID_PUBLIC_KEY: own }).vapidPublicKey).toBe(own);
    expect(readConfig({ ...local, VAPID_PUBLIC_KEY: known }).vapidPublicKey).toBe(known);
    expect(readConfig(local).vapidPublicKey).toBeNull();
  });

  test("a reader elsewhere needs TLS like the writer", () => {
    expect(mistakesOf({ ...served, RDS_READER_HOSTNAME: "reader.example" })).toEqual(["RDS_CA"]);
  });

  test("slowness is allowed when that is said, too", () => {
    const slow = { ...served, SIMULATED_LATENCY_MS: "500", ALLOW_SIMULATED_LATENCY: "1" };
    expect(readConfig(slow).simulatedLatencyMs).toBe(500);
  });
});

test("the example file names exactly the variables that are read, each with a word about it", () => {
  const read = new Set<string>();
  const asked = new Proxy<Environment>({}, { get: (_, name) => void read.add(String(name)) });
  expect(() => readConfig(asked)).toThrow(ConfigError);

  const lines = readFileSync(new URL("../.env.example", import.meta.url), "utf8").split("\n");
  const names = lines.flatMap((line) => /^(?:# )?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1] ?? []);
  expect(names.toSorted()).toEqual([...read].toSorted());
  for (const name of names) {
    const at = lines.findIndex((line) => line.replace("# ", "").startsWith(`${name}=`));
    expect(lines[at - 1]).toMatch(/^# [A-Z]/);
  }
});
