import { ConnectionError, Sequelize } from "sequelize";

import { tlsOptions, type DatabaseConfig } from "./config.ts";
import type { Database } from "./database.ts";
import { defineTables } from "./tables/index.ts";

export type DatabaseConnection = Database & AsyncDisposable;

/** Longer than any statement of ours should take; a hanging server must not hold a request for ever. */
const statementSeconds = 10;

export function connectDatabase(config: DatabaseConfig): DatabaseConnection {
  const credentials = { username: config.username, password: config.password };
  const sequelize = new Sequelize(config.name, config.username, config.password, {
    dialect: "mysql",
    port: config.port,
    replication: {
      write: { host: config.host, ...credentials },
      read: [{ host: config.readerHost, ...credentials }],
    },
    timezone: "+00:00",
    logging: false,
    define: { timestamps: false, freezeTableName: true, underscored: true },
    pool: { max: 10, min: 0, acquire: 3_000, idle: 30_000 },
    dialectOptions: {
      connectTimeout: 3_000,
      charset: "utf8mb4",
      ...tlsOptions(config),
    },
  });
  sequelize.addHook("afterConnect", async (connection) => {
    await run(
      connection,
      // Of the session, as single statements are transactions too.
      `SET SESSION max_statement_time = ${statementSeconds}, tx_isolation = 'READ-COMMITTED'`,
    );
  });

  return {
    sequelize,
    tables: defineTables(sequelize),
    options: { useMaster: true },
    [Symbol.asyncDispose]: () => sequelize.close(),
  };
}

/** Sequelize types the driver's connection as `unknown`, and leaves errors in hooks as the driver made them. */
function run(connection: unknown, sql: string): Promise<void> {
  const { query } = connection as {
    query: (sql: string, done: (error: Error | null) => void) => void;
  };
  return new Promise((resolve, reject) => {
    query.call(connection, sql, (error) =>
      error ? reject(new ConnectionError(error)) : resolve(),
    );
  });
}
