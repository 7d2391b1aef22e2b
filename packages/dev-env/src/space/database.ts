import { createConnection } from "mysql2/promise";

import type { ServerAddresses } from "../servers/servers.ts";
import { DATABASE_PASSWORD } from "./secrets.ts";

/** Creates the database and its one user, if they are not there yet. The name is checked by the caller. */
export async function createDatabase({ mariadb }: ServerAddresses, name: string): Promise<void> {
  await using connection = await createConnection({
    host: "127.0.0.1",
    connectTimeout: 5_000,
    ...mariadb,
  });
  await connection.query(`CREATE DATABASE IF NOT EXISTS \`${name}\``);
  await connection.query(
    `CREATE USER IF NOT EXISTS '${name}'@'127.0.0.1' IDENTIFIED BY '${DATABASE_PASSWORD}'`,
  );
  await connection.query(`GRANT ALL ON \`${name}\`.* TO '${name}'@'127.0.0.1'`);
}
