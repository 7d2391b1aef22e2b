import { messageOf, repeat, seconds, type Logger } from "@tendril/runtime";
import { DatabaseError } from "sequelize";

import { select, type Database } from "./database.ts";
import { migrations } from "./migrations/index.ts";

/** Migrations that this code counts on and the database has not had. Newer ones in the database are fine. */
export async function missingMigrations(db: Database): Promise<string[]> {
  const ran = new Set((await namesOf(db)).map(({ name }) => name));
  return migrations.map(({ name }) => name).filter((name) => !ran.has(name));
}

async function namesOf(db: Database): Promise<{ name: string }[]> {
  try {
    return await select<{ name: string }>(db, "SELECT name FROM migrations");
  } catch (error) {
    const code = error instanceof DatabaseError ? Object(error.original).code : undefined;
    // Nothing was ever migrated here.
    if (code === "ER_NO_SUCH_TABLE") return [];
    throw error;
  }
}

export type SchemaState =
  | { state: "known"; missing: readonly string[] }
  /** The database has not answered yet. */
  | { state: "unknown" };

/** Throws what is to be said of it while it is not whole. */
export function demandWhole(schema: SchemaState): void {
  if (schema.state === "unknown") throw new Error("not known yet");
  if (schema.missing.length > 0) throw new Error(`waits for ${schema.missing.join(", ")}`);
}

/** A tier boots before its schema is there, but does not work until it is. */
export type SchemaGate = {
  readonly schema: SchemaState;
  /** Resolves after the first look, whatever it showed. */
  readonly looked: Promise<void>;
  /** Resolves when the schema is at least that of this code. */
  readonly opened: Promise<void>;
} & AsyncDisposable;

const lookMs = seconds(2);

/** Looks once, then every two seconds until the schema is there; then never again. */
export function watchSchema(db: Database, logger: Logger): SchemaGate {
  const opened = Promise.withResolvers<void>();
  const looked = Promise.withResolvers<void>();
  let schema: SchemaState = { state: "unknown" };
  let told = "";
  const look = async () => {
    const missing = await missingMigrations(db);
    schema = { state: "known", missing };
    if (missing.length === 0) return opened.resolve();
    const names = missing.join(", ");
    if (names !== told) logger.warn({ missing }, "the schema is older than this code: waiting");
    told = names;
  };
  const looking = repeat(
    async () => {
      if (schema.state === "unknown" || schema.missing.length > 0)
        await look().finally(looked.resolve);
    },
    {
      pauseMs: lookMs,
      onError: (error) => logger.warn({ why: messageOf(error) }, "the schema is not known yet"),
    },
  );
  void opened.promise.then(() => looking[Symbol.asyncDispose]());
  return {
    get schema() {
      return schema;
    },
    looked: looked.promise,
    opened: opened.promise,
    [Symbol.asyncDispose]: () => looking[Symbol.asyncDispose](),
  };
}
