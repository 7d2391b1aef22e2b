import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { readDatabaseConfig } from "../src/config.ts";
import { connectDatabase } from "../src/connect.ts";
import { migrate } from "../src/migrate.ts";
import { migrations } from "../src/migrations/index.ts";

let env: TestEnv;
let connection: Connection;

beforeAll(async () => {
  env = await startTestEnv({ tiers: [] });
  const { host, port, username, password, name } = readDatabaseConfig(env.environment);
  connection = await createConnection({ host, port, user: username, password, database: name });
});
afterAll(async () => {
  await connection?.end();
  await env?.[Symbol.asyncDispose]();
});

const config = () => readDatabaseConfig(env.environment);

async function column(sql: string): Promise<string[]> {
  const [rows] = await connection.query<RowDataPacket[][]>({ sql, rowsAsArray: true });
  return rows.map((row) => String(row[0]));
}

const tables = () => column("SHOW TABLES");

/** Every table as the database would make it again, and the rows that migrations wrote. */
async function schema(): Promise<string[]> {
  const made: string[] = [];
  for (const table of await tables()) {
    const [rows] = await connection.query<RowDataPacket[]>(`SHOW CREATE TABLE \`${table}\``);
    made.push(String(rows[0]?.["Create Table"]).replace(/ AUTO_INCREMENT=\d+/, ""));
  }
  const isCounted = (await tables()).includes("gallery_version");
  return [...made, ...(isCounted ? await column("SELECT version FROM gallery_version") : [])];
}

/** Goes back behind all of them, as an operator would. */
async function goBack(): Promise<void> {
  for (const { name, down } of migrations.toReversed()) {
    await down(async (statement) => void (await connection.query(statement)));
    await connection.query("DELETE FROM migrations WHERE name = ?", [name]);
  }
}

describe("the migrations", () => {
  test("lead up, down to nothing, and up to the same again", async () => {
    const before = await schema();
    expect(before.length).toBeGreaterThan(6);
    await goBack();
    expect(await tables()).toEqual(["migrations"]);
    expect(await migrate(config())).toEqual(migrations.map(({ name }) => name));
    expect(await schema()).toEqual(before);
  });

  test("can be undone and done again one by one", { timeout: 60_000 }, async () => {
    const sql = async (statement: string) => void (await connection.query(statement));
    for (const { name, up, down } of migrations.toReversed()) {
      const before = await schema();
      await down(sql);
      await up(sql);
      expect([name, await schema()]).toEqual([name, before]);
      await down(sql);
      await connection.query("DELETE FROM migrations WHERE name = ?", [name]);
    }
    expect(await migrate(config())).toHaveLength(migrations.length);
  });

  test("run once when two deployments begin at the same time", async () => {
    await goBack();
    const ran = await Promise.all([migrate(config()), migrate(config())]);
    expect(ran.map(({ length }) => length).toSorted()).toEqual([0, migrations.length]);
    expect(await migrate(config())).toEqual([]);
  });

  test("let others pass while somebody keeps a table from being changed", async () => {
    const { host, port, username: user, password, name: database } = config();
    const [holder, other] = await Promise.all(
      [1, 2].map(() => createConnection({ host, port, user, password, database })),
    );
    const change = migrations.find(({ name }) => name.endsWith("-bind-tokens-to-addresses"));
    await change?.down(async (statement) => void (await connection.query(statement)));
    await connection.query("DELETE FROM migrations WHERE name = ?", [change?.name]);
    await holder?.query("START TRANSACTION");
    await holder?.query("SELECT 1 FROM tokens LIMIT 1");

    const migrating = migrate(config());
    const waiting =
      "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND state = 'Waiting for table metadata lock'";
    await expect.poll(() => column(waiting), { timeout: 10_000 }).toHaveLength(1);
    // It waits behind the change, and would for as long as that waits.
    await other?.query("SELECT 1 FROM tokens LIMIT 1");
    await holder?.query("COMMIT");
    expect(await migrating).toEqual([change?.name]);
    await Promise.all([holder?.end(), other?.end()]);
  });

  test("are named by their time, in order", () => {
    const names = migrations.map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    for (const name of names) expect(name).toMatch(/^20\d{12}-[a-z]+(-[a-z]+)*$/);
  });

  test("make every column that the code writes and reads", async () => {
    await using db = connectDatabase(config());
    for (const table of Object.values(db.sequelize.models)) await table.findOne();
  });
});
