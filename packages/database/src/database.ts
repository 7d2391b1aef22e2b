import { messageOf, UnavailableError } from "@tendril/runtime";
import {
  ConnectionError,
  DatabaseError,
  Sequelize,
  Transaction,
  type ModelStatic,
  type Model,
  type QueryOptionsWithType,
  QueryTypes,
} from "sequelize";

import type { DatabaseConfig } from "./config.ts";
import { defineTables, type Tables } from "./tables/index.ts";

/**
 * What every named query takes first: a connection, or a transaction of one.
 * Reads go to the writer unless `lagging` was asked for.
 */
export type Database = {
  sequelize: Sequelize;
  tables: Tables;
  options: { transaction?: Transaction; useMaster: boolean };
};

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
    isolationLevel: Transaction.ISOLATION_LEVELS.READ_COMMITTED,
    define: { timestamps: false, freezeTableName: true, underscored: true },
    pool: { max: 10, min: 0, acquire: 3_000, idle: 30_000 },
    dialectOptions: {
      connectTimeout: 3_000,
      charset: "utf8mb4",
      ...(config.certificateAuthority === undefined
        ? {}
        : { ssl: { ca: config.certificateAuthority, verifyIdentity: true } }),
    },
  });
  sequelize.addHook("afterConnect", async (connection) => {
    await run(connection, `SET SESSION max_statement_time = ${statementSeconds}`);
  });

  return {
    sequelize,
    tables: defineTables(sequelize),
    options: { useMaster: true },
    [Symbol.asyncDispose]: () => sequelize.close(),
  };
}

/** Sequelize types the driver's connection as `unknown`. */
function run(connection: unknown, sql: string): Promise<void> {
  const { query } = connection as { query: (sql: string, done: (error: Error | null) => void) => void };
  return new Promise((resolve, reject) => {
    query.call(connection, sql, (error) => (error ? reject(error) : resolve()));
  });
}

/** The same database, for reads that may be a little behind the last write. */
export function lagging(db: Database): Database {
  return { ...db, options: { ...db.options, useMaster: false } };
}

/** MariaDB's codes for "try the whole transaction again": deadlock, lock wait timeout. */
const transient = new Set(["ER_LOCK_DEADLOCK", "ER_LOCK_WAIT_TIMEOUT"]);
const tries = 4;

/**
 * READ COMMITTED, rolled back when `work` throws.
 * May run `work` several times: deadlocks are a normal answer, so it must have no effect outside the database.
 */
export async function transaction<Result>(db: Database, work: (tx: Database) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.sequelize.transaction((transaction) =>
        work({ ...db, options: { transaction, useMaster: true } }),
      );
    } catch (error) {
      if (attempt === tries || !transient.has(driverCode(error))) throw error;
    }
  }
}

/** True when the database cannot be reached, or went away in the middle. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof UnavailableError) return isDatabaseAway(error.cause);
  return error instanceof ConnectionError || gone.has(driverCode(error)) || /closed state|Connection lost/.test(messageOf(error));
}

const gone = new Set(["PROTOCOL_CONNECTION_LOST", "ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ER_SERVER_SHUTDOWN"]);

function driverCode(error: unknown): string {
  const cause: unknown = error instanceof DatabaseError ? error.original : error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}

export type Table<Row extends object, New extends object> = ModelStatic<Model<Row, New>>;

/** Named queries return plain rows: no template can trigger SQL. */
export function plain<Row extends object, New extends object>(model: Model<Row, New>): Row {
  return model.get({ plain: true });
}

/** A hand-written SELECT; `Row` says what its columns are. */
export function select<Row extends object>(
  db: Database,
  sql: string,
  replacements: Record<string, unknown> = {},
): Promise<Row[]> {
  const options: QueryOptionsWithType<QueryTypes.SELECT> = { ...db.options, replacements, type: QueryTypes.SELECT };
  return db.sequelize.query<Row>(sql, options);
}

/** A hand-written UPDATE; answers how many rows it changed. */
export async function update(db: Database, sql: string, replacements: Record<string, unknown> = {}): Promise<number> {
  const [, changed] = await db.sequelize.query(sql, { ...db.options, replacements, type: QueryTypes.UPDATE });
  return changed;
}
