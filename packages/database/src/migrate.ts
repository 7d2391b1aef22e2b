import { setTimeout as delay } from "node:timers/promises";

import { createConnection, type Connection } from "mysql2/promise";
import { Umzug } from "umzug";

import { tlsOptions, type DatabaseConfig } from "./config.ts";
import { migrations } from "./migrations/index.ts";

/** One schema change: MariaDB commits each DDL statement on its own. */
export type Migration = {
  name: string;
  up: (sql: (statement: string) => Promise<void>) => Promise<void>;
  down: (sql: (statement: string) => Promise<void>) => Promise<void>;
};

/** Two deployments that migrate at once take turns; the second finds nothing to do. */
const lockName = "tendril-migrations";
const lockSeconds = 120;

/**
 * A change of a table waits for those who use it, and all who come after wait behind the change: the release that
 * serves would stand still with it. So it waits for a moment, steps back, and tries again.
 */
const tableSeconds = 2;
const tries = 120;
const pauseMs = 500;

/** Brings the schema up to this code's. Answers the names of the migrations that ran. */
export async function migrate(config: DatabaseConfig): Promise<string[]> {
  const connection = await createConnection({
    host: config.host,
    port: config.port,
    user: config.username,
    password: config.password,
    database: config.name,
    connectTimeout: 5_000,
    ...tlsOptions(config),
  });
  const sql = (statement: string) => runPatiently(connection, statement);
  try {
    await sql(`SET SESSION lock_wait_timeout = ${tableSeconds}`);
    const [locked] = await connection.query("SELECT GET_LOCK(?, ?) AS taken", [
      lockName,
      lockSeconds,
    ]);
    if (JSON.stringify(locked) !== '[{"taken":1}]')
      throw new Error("Another migration holds the lock; try again later.");
    await sql(
      "CREATE TABLE IF NOT EXISTS migrations (name VARCHAR(100) PRIMARY KEY, ran_at DATETIME(3) NOT NULL DEFAULT NOW(3))",
    );

    const umzug = new Umzug({
      migrations: migrations.map(({ name, up, down }) => ({
        name,
        up: () => up(sql),
        down: () => down(sql),
      })),
      storage: {
        executed: async () => {
          const [rows] = await connection.query({
            sql: "SELECT name FROM migrations ORDER BY name",
            rowsAsArray: true,
          });
          return Array.isArray(rows) ? rows.flat().map(String) : [];
        },
        logMigration: async ({ name }) =>
          void (await connection.query("INSERT INTO migrations (name) VALUES (?)", [name])),
        unlogMigration: async ({ name }) =>
          void (await connection.query("DELETE FROM migrations WHERE name = ?", [name])),
      },
      logger: undefined,
    });
    return (await umzug.up()).map(({ name }) => name);
  } finally {
    // Closing the connection gives the lock back.
    await connection.end();
  }
}

async function runPatiently(connection: Connection, statement: string): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      await connection.query(statement);
      return;
    } catch (error) {
      const waited =
        error instanceof Error && "code" in error && error.code === "ER_LOCK_WAIT_TIMEOUT";
      if (!waited) throw error;
      if (tried === tries)
        throw new Error(
          "A table that is to be changed has been in use for minutes: SHOW PROCESSLIST says by whom. End that, and deploy again.",
          { cause: error },
        );
      await delay(pauseMs);
    }
  }
}
