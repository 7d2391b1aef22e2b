import { checks as webChecks } from "@tendril/web/doctor";
import { checks as workerChecks } from "@tendril/worker/doctor";
import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

import { startTestEnv, type TestEnv } from "../src/index.ts";
import { closedPort, examineWith, openSilentPort, wrong, type Question } from "./_doctor.ts";

let env: TestEnv;
beforeAll(async () => {
  env = await startTestEnv({ tiers: [] });
});
afterAll(() => env?.[Symbol.asyncDispose]());

const examine = (...of: Question) => examineWith(env.environment, ...of);
async function sql(...statements: string[]): Promise<void> {
  const { port, user, password } = inject("servers").mariadb;
  await using connection = await createConnection({ host: "127.0.0.1", port, user, password });
  for (const statement of statements) await connection.query(statement);
}

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
