import { readFileSync } from "node:fs";

import {
  isLoopback,
  readEnvironment,
  variable,
  type Environment,
  type Mistake,
  type Values,
} from "@tendril/runtime";

export const databaseVariables = {
  RDS_HOSTNAME: variable.text(),
  RDS_PORT: variable.port().default(3306),
  RDS_DB_NAME: variable.text(),
  RDS_USERNAME: variable.text(),
  RDS_PASSWORD: variable.text(),
  RDS_READER_HOSTNAME: variable.text().optional(),
  RDS_CA: variable.text().optional(),
};

export type DatabaseConfig = {
  host: string;
  port: number;
  name: string;
  username: string;
  password: string;
  /** Where reads that may lag go; the writer when there is no replica. */
  readerHost: string;
  /** The certificate authority in PEM; without it the connection is not encrypted. */
  certificateAuthority: string | undefined;
};

type DatabaseValues = Values<typeof databaseVariables>;

/** What only shows when variables are seen together. `secure`: the site is served by https. */
export function checkDatabase(values: Partial<DatabaseValues>, secure: boolean): Mistake[] {
  const remote = [values.RDS_HOSTNAME, values.RDS_READER_HOSTNAME].some(
    (host) => host && !isLoopback(host),
  );
  return secure && remote && !values.RDS_CA
    ? [
        {
          variable: "RDS_CA",
          problem: "is missing: under https the database must be reached by TLS",
        },
      ]
    : [];
}

export function databaseConfig(values: DatabaseValues): DatabaseConfig {
  return {
    host: values.RDS_HOSTNAME,
    port: values.RDS_PORT,
    name: values.RDS_DB_NAME,
    username: values.RDS_USERNAME,
    password: values.RDS_PASSWORD,
    readerHost: values.RDS_READER_HOSTNAME ?? values.RDS_HOSTNAME,
    certificateAuthority:
      values.RDS_CA === undefined ? undefined : readFileSync(values.RDS_CA, "utf8"),
  };
}

/** For programs that need the database alone, like the migration. */
export function readDatabaseConfig(environment: Environment): DatabaseConfig {
  return databaseConfig(readEnvironment(environment, databaseVariables));
}

/** For the driver: encrypted, to a server whose certificate is of that authority and for that name. */
export function tlsOptions({ certificateAuthority: ca }: DatabaseConfig) {
  return ca === undefined ? {} : { ssl: { ca, verifyIdentity: true } };
}
