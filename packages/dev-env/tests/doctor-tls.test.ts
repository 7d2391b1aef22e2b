import { mkdtempSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { fileURLToPath } from "node:url";

import { checks as webChecks } from "@tendril/web/doctor";
import { checks as workerChecks } from "@tendril/worker/doctor";
import { migrate, readDatabaseConfig } from "@tendril/database";
import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, expect, test } from "vitest";

import { startMariadb, type MariadbServer } from "../src/servers/mariadb.ts";
import { openHousehold, startTestEnv, type TestEnv } from "../src/index.ts";
import { examineWith, openPort, wrong } from "./_doctor.ts";

/** Signed by an authority of these tests alone, for a hundred years: `server` is localhost, `elsewhere` is not. */
const certificate = (name: string) =>
  fileURLToPath(new URL(`certificates/${name}.pem`, import.meta.url));

const resources = new AsyncDisposableStack();
let env: TestEnv;
beforeAll(async () => {
  env = resources.use(await startTestEnv({ tiers: [] }));
});
afterAll(() => resources.disposeAsync());

/** A database that takes nobody without TLS, as RDS is set up for us. */
async function startStrictDatabase(name: string): Promise<MariadbServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "tendril-doctor-"));
  const household = resources.use(await openHousehold({ dataDir, temporary: true }));
  const args = [
    `--ssl-cert=${certificate(name)}`,
    `--ssl-key=${certificate(`${name}.key`)}`,
    "--require-secure-transport=ON",
  ];
  return resources.use(await startMariadb({ dataDir, logDir: dataDir, household }, args));
}

const tls = async () => ({ ssl: { ca: await readFile(certificate("authority"), "utf8") } });

test("a database that demands TLS, by an authority that is known or not", async () => {
  const { port, admin } = await startStrictDatabase("server");
  const database = (changed: Record<string, string>) =>
    examineWith(env.environment, workerChecks, "database", { RDS_PORT: String(port), ...changed });
  await using connection = await createConnection({
    host: "127.0.0.1",
    port,
    ...admin,
    ...(await tls()),
  });
  await connection.query("CREATE DATABASE strict");
  const account = { RDS_USERNAME: admin.user, RDS_PASSWORD: admin.password, RDS_DB_NAME: "strict" };

  // This server's words for it; MySQL has others.
  expect(await database(account)).toEqual(wrong(/does not let/, /by TLS alone .* set RDS_CA/));
  const other = { ...account, RDS_HOSTNAME: "localhost", RDS_CA: certificate("elsewhere") };
  expect(await database(other)).toEqual(
    wrong(/nobody that is trusted here signed/, /RDS_CA must hold its authorities/),
  );
  const known = { ...other, RDS_CA: certificate("authority") };
  await migrate(readDatabaseConfig({ ...env.environment, RDS_PORT: String(port), ...known }));
  expect(await database(known)).toEqual([]);

  // The driver looks at the name in the certificate only where it was given a name.
  const { port: elsewhere } = await startStrictDatabase("elsewhere");
  const misnamed = { ...known, RDS_PORT: String(elsewhere) };
  await expect(migrate(readDatabaseConfig({ ...env.environment, ...misnamed }))).rejects.toThrow(
    "altnames",
  );
  expect(await database(misnamed)).toEqual(
    wrong(/is for another name/, /into RDS_HOSTNAME: no alias, no IP/),
  );
});

test("a Redis that speaks TLS alone, and one whose authority nobody knows", async () => {
  const { port: plain } = new URL(env.environment["REDIS_URL"] ?? "");
  const [cert, key] = await Promise.all(
    ["server", "server.key"].map((name) => readFile(certificate(name))),
  );
  const server = createServer({ cert, key }, (socket) => {
    const target = connect(Number(plain), "127.0.0.1");
    socket.pipe(target).pipe(socket);
    for (const each of [socket, target]) each.on("error", () => each.destroy());
  });
  await using front = await openPort(server);
  const redis = (protocol: string) =>
    examineWith(env.environment, webChecks, "Redis", {
      REDIS_URL: `${protocol}://localhost:${front.port}/0`,
    });
  expect(await redis("redis")).toEqual(
    wrong(/closes the connection|says nothing/, /REDIS_URL has to begin with rediss/),
  );
  expect(await redis("rediss")).toEqual(
    wrong(/nobody that is trusted here signed/, /NODE_EXTRA_CA_CERTS/),
  );
});
