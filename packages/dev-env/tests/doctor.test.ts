import { diagnose, type Check } from "@tendril/doctor";
import type { Environment } from "@tendril/runtime";
import { checks as webChecks } from "@tendril/web/doctor";
import { checks as workerChecks } from "@tendril/worker/doctor";
import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { startTestEnv, type TestEnv } from "../src/index.ts";
import { closedPort, lend, openSilentPort, troubles } from "./_doctor.ts";

let env: TestEnv;
beforeAll(async () => {
  env = await startTestEnv({ tiers: ["web"] });
});
afterAll(() => env?.[Symbol.asyncDispose]());

/** What that tier's doctor finds wrong by that name, with some variables changed. */
async function examine(
  checks: (environment: Environment) => Check[],
  name: string,
  changed: Record<string, string> = {},
) {
  const environment = { ...env.environment, ...changed };
  const chosen = checks(environment).filter((check) => check.name === name);
  expect(chosen).not.toEqual([]);
  return troubles(await diagnose(chosen), name);
}

const wrong = (says: RegExp, cure: RegExp) => [
  {
    state: "wrong",
    check: expect.any(String),
    says: expect.stringMatching(says),
    cure: expect.stringMatching(cure),
  },
];

async function sql(...statements: string[]): Promise<void> {
  const { port, user, password } = inject("servers").mariadb;
  await using connection = await createConnection({ host: "127.0.0.1", port, user, password });
  for (const statement of statements) await connection.query(statement);
}

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

describe("database", () => {
  const database = (changed: Record<string, string>) => examine(workerChecks, "database", changed);
  const name = () => env.environment["RDS_DB_NAME"] ?? "";

  test("nothing listens", async () => {
    expect(await database({ RDS_PORT: String(await closedPort()) })).toEqual(
      wrong(/refuses connections/, /RDS_HOSTNAME names another host or port/),
    );
  });

  test("nobody answers", async () => {
    await using silent = await openSilentPort();
    expect(await database({ RDS_PORT: String(silent.port) })).toEqual(
      wrong(/takes the connection and then says nothing/, /Something else listens there/),
    );
  });

  test("a name that nobody knows", async () => {
    expect(await database({ RDS_HOSTNAME: "no-such-host.invalid" })).toEqual(
      wrong(/no address is known for no-such-host\.invalid/, /slip in RDS_HOSTNAME/),
    );
  });

  test("another password, another database", async () => {
    expect(await database({ RDS_PASSWORD: "not-this-one" })).toEqual(
      wrong(/does not let \w+ in/, /RDS_USERNAME or RDS_PASSWORD .* look at the secret/),
    );
    expect(await database({ RDS_DB_NAME: "elsewhere" })).toEqual(
      wrong(/has no rights to the database elsewhere/, /Is RDS_DB_NAME right/),
    );
  });

  test("a user that has to come by TLS", async () => {
    const user = `'${name()}s'@'127.0.0.1'`;
    await sql(
      `CREATE USER ${user} IDENTIFIED BY 'only-by-tls' REQUIRE SSL`,
      `GRANT ALL ON \`${name()}\`.* TO ${user}`,
    );
    expect(await database({ RDS_USERNAME: `${name()}s`, RDS_PASSWORD: "only-by-tls" })).toEqual(
      wrong(/does not let/, /by TLS alone .* set RDS_CA/),
    );
    await sql(`DROP USER ${user}`);
  });

  test("a user without rights", async () => {
    const user = `'${name()}r'@'127.0.0.1'`;
    await sql(
      `CREATE USER ${user} IDENTIFIED BY 'may-only-read'`,
      `GRANT SELECT ON \`${name()}\`.* TO ${user}`,
    );
    expect(await database({ RDS_USERNAME: `${name()}r`, RDS_PASSWORD: "may-only-read" })).toEqual(
      wrong(/may not read and write all tables/, /GRANT SELECT, INSERT, UPDATE, DELETE/),
    );
    await sql(`DROP USER ${user}`);
  });

  test("a schema that is older than the code, and one with a hole", async () => {
    await sql(`RENAME TABLE \`${name()}\`.gallery_version TO \`${name()}\`.aside`);
    expect(await database({})).toEqual(
      wrong(/a table is missing although its migration is on record/, /backup/),
    );
    await sql(`RENAME TABLE \`${name()}\`.aside TO \`${name()}\`.gallery_version`);
    const last = await removeLastMigration(name());
    expect(await database({})).toEqual(
      wrong(/missing migrations: 1, first 2026/, /leader of a web deployment migrates/),
    );
    await sql(`INSERT INTO \`${name()}\`.migrations (name) VALUES ('${last}')`);
    expect(await database({})).toEqual([]);
  });

  test("a reader of its own is looked at, too", async () => {
    const reader = { RDS_READER_HOSTNAME: "no-such-reader.invalid" };
    expect(await examine(webChecks, "database, reader", reader)).toEqual(
      wrong(/no address is known/, /slip in RDS_READER_HOSTNAME/),
    );
    expect(await examine(webChecks, "database", reader)).toEqual([]);
  });
});

async function removeLastMigration(database: string): Promise<string> {
  const { port, user, password } = inject("servers").mariadb;
  await using connection = await createConnection({
    host: "127.0.0.1",
    port,
    user,
    password,
    database,
  });
  const [rows] = await connection.query({
    sql: "SELECT name FROM migrations ORDER BY name DESC LIMIT 1",
    rowsAsArray: true,
  });
  const last = String(Object(rows)[0][0]);
  await connection.query("DELETE FROM migrations WHERE name = ?", [last]);
  return last;
}

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
