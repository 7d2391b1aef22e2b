import type { DatabaseConfig } from "@tendril/database";

import type { Explanation } from "../check.ts";
import { codesOf, wordsOf } from "./causes.ts";
import { explainConnection } from "./network.ts";

/** Why MariaDB is not reached, or does not let us in. Undefined when it is something else. */
export async function explainDatabase(
  error: unknown,
  { port, name, username, certificateAuthority }: DatabaseConfig,
  { host, variable }: { host: string; variable: string },
): Promise<Explanation | undefined> {
  const codes = codesOf(error);
  const words = wordsOf(error);
  const encrypted = certificateAuthority !== undefined;

  if (/insecure transport are prohibited/i.test(words) || codes.has("ER_SECURE_TRANSPORT_REQUIRED"))
    return {
      says: `${host} demands TLS`,
      cure: "Set RDS_CA to the file of its authorities; a bundle carries those of RDS as certificates/rds.pem.",
    };
  if (codes.has("ER_ACCESS_DENIED_ERROR"))
    return {
      says: `${host} does not let ${username} in`,
      cure: `RDS_USERNAME or RDS_PASSWORD is not (any more) what the database has: look at the secret that they come from. Instances read it when they start, so after a rotation restart the app servers.${encrypted ? "" : " A user that may come by TLS alone is refused with the same words: then set RDS_CA."}`,
    };
  if (codes.has("ER_DBACCESS_DENIED_ERROR"))
    return {
      says: `${username} has no rights to the database ${name}`,
      cure: `Is RDS_DB_NAME right? Then: GRANT ALL ON \`${name}\`.* TO that user.`,
    };
  if (codes.has("ER_BAD_DB_ERROR"))
    return {
      says: `there is no database ${name} at ${host}`,
      cure: `Look for a slip in RDS_DB_NAME, or: CREATE DATABASE \`${name}\`.`,
    };
  if (codes.has("ER_HOST_NOT_PRIVILEGED") || codes.has("ER_HOST_IS_BLOCKED"))
    return {
      says: `${host} takes no connection from this machine's address`,
      cure: "The user has to be made for any host ('name'@'%'); after many broken connections: FLUSH HOSTS.",
    };
  if (codes.has("ER_CON_COUNT_ERROR") || /too many connections/i.test(words))
    return {
      says: `${host} has all the connections that it takes`,
      cure: "Each process holds up to 20. Raise max_connections in its parameter group, or take a larger instance.",
    };
  if (codes.has("ER_UNKNOWN_SYSTEM_VARIABLE"))
    return {
      says: `${host} is no MariaDB that we know`,
      cure: "Tendril is tested with MariaDB 10.11.",
    };
  return explainConnection(error, {
    what: "the database",
    host,
    port,
    variable,
    mute: `Something else listens there (${variable}, RDS_PORT), or the database has no time left: look at its own figures.`,
    authority:
      "RDS_CA must hold its authorities: certificates/rds.pem of the bundle, or AWS's global-bundle.pem.",
  });
}
