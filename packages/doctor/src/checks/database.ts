import {
  connectDatabase,
  missingMigrations,
  readDatabaseConfig,
  type DatabaseConfig,
  type DatabaseConnection,
} from "@tendril/database";
import { minutes, type Environment } from "@tendril/runtime";
import { z } from "zod";

import { doubtful, fine, wrong, type Check, type Finding } from "../check.ts";
import { codesOf } from "../explain/causes.ts";
import { explainDatabase } from "../explain/database.ts";
import { unexpected } from "../explain/unexpected.ts";
import { checkWith } from "./readable.ts";

const driftMs = minutes(1);

export function checkDatabases(environment: Environment): Check[] {
  const read = () => readDatabaseConfig(environment);
  const writer = { host: environment["RDS_HOSTNAME"] ?? "", variable: "RDS_HOSTNAME" };
  const reader = environment["RDS_READER_HOSTNAME"];
  const checks = [checkWith("database", read, (config) => look(config, writer, lookAtWriter))];
  if (reader && reader !== writer.host) {
    const place = { host: reader, variable: "RDS_READER_HOSTNAME" };
    checks.push(checkWith("database, reader", read, (config) => look(config, place, lookAtReader)));
  }
  return checks;
}

type Place = { host: string; variable: string };

async function look(
  config: DatabaseConfig,
  place: Place,
  ask: (db: DatabaseConnection, config: DatabaseConfig) => Promise<Finding[]>,
): Promise<Finding[]> {
  const { host } = place;
  await using db = connectDatabase({ ...config, host, readerHost: host });
  try {
    return await ask(db, config);
  } catch (error) {
    return [wrong((await explainDatabase(error, config, place)) ?? unexpected(error))];
  }
}

const rows = z.array(z.object({ version: z.string(), now: z.date(), readOnly: z.number() }));

async function ask(db: DatabaseConnection) {
  const [found] = await db.sequelize.query(
    "SELECT VERSION() AS version, UTC_TIMESTAMP(3) AS now, @@global.read_only AS readOnly",
  );
  const [row] = rows.parse(found);
  if (!row) throw new Error("The database answers without a row");
  return row;
}

async function lookAtReader(db: DatabaseConnection, config: DatabaseConfig): Promise<Finding[]> {
  const { version } = await ask(db);
  return [fine(`${version}, database ${config.name}, ${manner(config)}`)];
}

async function lookAtWriter(db: DatabaseConnection, config: DatabaseConfig): Promise<Finding[]> {
  const { version, now, readOnly } = await ask(db);
  const findings = [fine(`${version}, database ${config.name}, ${manner(config)}`)];
  if (readOnly !== 0)
    findings.push(
      wrong({
        says: `${config.host} can only be read`,
        cure: "RDS_HOSTNAME names a replica, or an instance that a failover has just left: take the endpoint of the primary.",
      }),
    );
  if (Math.abs(now.getTime() - Date.now()) > driftMs)
    findings.push(
      wrong({
        says: `its clock says ${now.toISOString()}, ours ${new Date().toISOString()}`,
        cure: "One of the two is wrong: compare `date -u` with the real time; on EC2 chronyd keeps it (`chronyc tracking`).",
      }),
    );
  findings.push(...(await lookAtSchema(db)));
  return findings;
}

const manner = ({ certificateAuthority }: DatabaseConfig) =>
  certificateAuthority === undefined ? "not encrypted" : "by TLS";

async function lookAtSchema(db: DatabaseConnection): Promise<Finding[]> {
  const missing = await missingMigrations(db);
  if (missing.length > 0)
    return [
      wrong({
        says: `the schema is older than this code; missing migrations: ${missing.length}, first ${missing[0]}`,
        cure: "The leader of a web deployment migrates before its code serves (look for `migrate` in /var/log/eb-engine.log); by hand: node src/migrate.js in the web tier's folder.",
      }),
    ];
  try {
    await tryRights(db);
    return [fine("the schema is that of this code or newer, and can be read and written")];
  } catch (error) {
    const codes = codesOf(error);
    if (codes.has("ER_NO_SUCH_TABLE"))
      return [
        wrong({
          says: "a table is missing although its migration is on record",
          cure: "Somebody removed it, or the restore of a backup was not whole. Nothing brings it back but a backup.",
        }),
      ];
    if (codes.has("ER_TABLEACCESS_DENIED_ERROR"))
      return [
        wrong({
          says: "this user may not read and write all tables",
          cure: "GRANT SELECT, INSERT, UPDATE, DELETE on the whole database to RDS_USERNAME; who migrates needs ALL.",
        }),
      ];
    if (codes.has("ER_OPTION_PREVENTS_STATEMENT"))
      return [
        doubtful({
          says: "it takes no writes at the moment",
          cure: "RDS_HOSTNAME has to name the primary.",
        }),
      ];
    throw error;
  }
}

/** Statements that need each right and touch no row. */
async function tryRights(db: DatabaseConnection): Promise<void> {
  for (const table of ["jobs", "photos", "gallery_version"]) {
    await db.sequelize.query(`INSERT INTO ${table} SELECT * FROM ${table} WHERE 1 = 0`);
    await db.sequelize.query(`DELETE FROM ${table} WHERE 1 = 0`);
  }
  await db.sequelize.query("UPDATE jobs SET state = state WHERE 1 = 0");
}
