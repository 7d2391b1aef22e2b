import { connect } from "node:net";

import { seconds } from "@tendril/runtime";
import { ConnectionError, Sequelize } from "sequelize";

import { tlsOptions, type DatabaseConfig } from "./config.ts";
import type { Database } from "./database.ts";
import { defineTables } from "./tables/index.ts";

export type DatabaseConnection = Database & AsyncDisposable;

/** Longer than any statement of ours should take; a hanging server must not hold a request for ever. */
const statementSeconds = 10;

/** Servers that work answer within that; one that vanished with its machine says nothing, not even that it is gone. */
const patienceMs = seconds(statementSeconds + 2);

/** `silenceMs`: how long nothing may come of a statement until its connection is given up. */
export function connectDatabase(
  config: DatabaseConfig,
  { silenceMs = patienceMs } = {},
): DatabaseConnection {
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
    pool: { max: 10, min: 0, acquire: 3_000, idle: 0.8 * silenceMs },
    dialectOptions: {
      connectTimeout: 3_000,
      charset: "utf8mb4",
      stream: ({ config: { host, port } }: { config: { host: string; port: number } }) =>
        openSocket(host, port, silenceMs),
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

/** The driver itself would wait for as long as TCP does, a quarter of an hour, and so would all who need its place. */
function openSocket(host: string, port: number, silenceMs: number) {
  const socket = connect({ host, port, noDelay: true });
  socket.setTimeout(silenceMs, () => {
    const before = socket.bytesRead;
    // An answer that came while this process was too busy to look counts, too.
    setImmediate(() => {
      if (socket.bytesRead !== before) return;
      const error = new Error(`The database has not answered for ${silenceMs / 1_000} s`);
      socket.destroy(Object.assign(error, { code: "ETIMEDOUT" }));
    });
  });
  return socket;
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
