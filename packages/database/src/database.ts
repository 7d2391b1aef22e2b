import {
  ConnectionError,
  DatabaseError,
  type Sequelize,
  type Transaction,
  type ModelStatic,
  type Model,
  type QueryOptionsWithType,
  QueryTypes,
} from "sequelize";

import type { Tables } from "./tables/index.ts";

/**
 * What every named query takes first: a connection, or a transaction of one.
 * Reads go to the writer unless `lagging` was asked for.
 */
export type Database = {
  sequelize: Sequelize;
  tables: Tables;
  options: { transaction?: Transaction; useMaster: boolean };
  /** Only in a transaction: done once it is committed for certain. */
  afterCommit?: (work: () => void) => void;
};

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
export async function transaction<Result>(
  db: Database,
  work: (tx: Database) => Promise<Result>,
): Promise<Result> {
  let later: (() => void)[] = [];
  const result = await againAfterDeadlock(() => {
    later = [];
    // Sequelize's own hooks run after a COMMIT that failed, too.
    const afterCommit = (whenCommitted: () => void) => void later.push(whenCommitted);
    return db.sequelize.transaction((transaction) =>
      work({ ...db, options: { transaction, useMaster: true }, afterCommit }),
    );
  });
  for (const whenCommitted of later) whenCommitted();
  return result;
}

async function againAfterDeadlock<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === tries || !transient.has(driverCode(error))) throw error;
    }
  }
}

/** A statement outside a transaction is one of its own; inside, a deadlock has rolled back all of it. */
function alone<Result>({ options }: Database, work: () => Promise<Result>): Promise<Result> {
  return options.transaction ? work() : againAfterDeadlock(work);
}

/** True when the database cannot be reached, or went away in the middle. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  if (!(error instanceof DatabaseError)) return false;
  return gone.has(driverCode(error)) || /closed state|Connection lost/.test(error.message);
}

const gone = new Set([
  "PROTOCOL_CONNECTION_LOST",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ER_SERVER_SHUTDOWN",
  // After a failover the old writer can be read but not written to, until its address leads to the new one.
  "ER_OPTION_PREVENTS_STATEMENT",
  "ER_READ_ONLY_MODE",
]);

function driverCode(error: unknown): string {
  const cause: unknown = error instanceof DatabaseError ? error.original : error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}

export type Table<Row extends object, New extends object> = ModelStatic<Model<Row, New>>;

/** Named queries return plain rows: no template can trigger SQL. */
export function plain<Row extends object, New extends object>(model: Model<Row, New>): Row {
  return model.get({ plain: true });
}

/** MariaDB fails when it compares a column of plain ASCII with other characters; nothing there has any. */
export function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}

/** In SQL that is written by hand Sequelize gives times without their milliseconds; columns hold them. */
function withMilliseconds(replacements: Record<string, unknown>): Record<string, unknown> {
  const exact = (value: unknown) =>
    value instanceof Date ? value.toISOString().replace("T", " ").replace("Z", "") : value;
  return Object.fromEntries(
    Object.entries(replacements).map(([name, value]) => [name, exact(value)]),
  );
}

/** A hand-written SELECT; `Row` says what its columns are. */
export function select<Row extends object>(
  db: Database,
  sql: string,
  replacements: Record<string, unknown> = {},
): Promise<Row[]> {
  const options: QueryOptionsWithType<QueryTypes.SELECT> = {
    ...db.options,
    replacements: withMilliseconds(replacements),
    type: QueryTypes.SELECT,
  };
  return db.sequelize.query<Row>(sql, options);
}

/** A hand-written INSERT; answers how many rows came of it, which says little with ON DUPLICATE KEY UPDATE. */
export async function insert(
  db: Database,
  sql: string,
  replacements: Record<string, unknown> = {},
): Promise<number> {
  const options: QueryOptionsWithType<QueryTypes.INSERT> = {
    ...db.options,
    replacements: withMilliseconds(replacements),
    type: QueryTypes.INSERT,
  };
  const [, changed] = await alone(db, () => db.sequelize.query(sql, options));
  return changed;
}

/** A hand-written UPDATE; answers how many rows it changed. */
export async function update(
  db: Database,
  sql: string,
  replacements: Record<string, unknown> = {},
): Promise<number> {
  const options: QueryOptionsWithType<QueryTypes.UPDATE> = {
    ...db.options,
    replacements: withMilliseconds(replacements),
    type: QueryTypes.UPDATE,
  };
  const [, changed] = await alone(db, () => db.sequelize.query(sql, options));
  return changed;
}

/** A hand-written DELETE; answers how many rows are gone. */
export async function remove(
  db: Database,
  sql: string,
  replacements: Record<string, unknown> = {},
): Promise<number> {
  const options: QueryOptionsWithType<QueryTypes.BULKDELETE> = {
    ...db.options,
    replacements: withMilliseconds(replacements),
    type: QueryTypes.BULKDELETE,
  };
  return alone(db, () => db.sequelize.query(sql, options));
}
