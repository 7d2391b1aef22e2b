import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Child, startChild } from "../process/child.ts";
import { freePort } from "../process/ports.ts";
import { accepts, whenReady } from "../process/ready.ts";
import { programPath } from "../programs/programs.ts";
import { UserError } from "../user-error.ts";
import type { Place } from "./place.ts";

export interface MariadbServer extends AsyncDisposable {
  readonly process: Child;
  readonly port: number;
  /** May create databases and users; a new password at each start. */
  readonly admin: { user: string; password: string };
}

const ADMIN = "tendril-admin";
const asRoot = process.getuid?.() === 0 ? ["--user=root"] : [];

/** Makes the system tables in a folder beside, so that a killed start leaves no half-made database. */
async function createData(dataDir: string): Promise<void> {
  if (existsSync(join(dataDir, "mysql"))) return;
  const draft = `${dataDir}.new`;
  for (const folder of [draft, dataDir]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  const args = [
    "--no-defaults",
    `--datadir=${draft}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    ...asRoot,
  ];
  const child = spawn(programPath("mariadb", 1), args, {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(child, "close");
  if (child.exitCode !== 0)
    throw new UserError(
      `MariaDB could not make its data folder: ${output.trim().split("\n").at(-1)}`,
    );
  renameSync(draft, dataDir);
}

/** The one account for administration, made anew at each start; root has no way in over TCP. */
function writeInitFile(path: string, password: string): void {
  const account = `'${ADMIN}'@'127.0.0.1'`;
  const statements = [
    `CREATE OR REPLACE USER ${account} IDENTIFIED BY '${password}';`,
    `GRANT ALL ON *.* TO ${account} WITH GRANT OPTION;`,
  ];
  writeFileSync(path, `${statements.join("\n")}\n`, { mode: 0o600 });
}

/** `args` come last, so they win over what stands here. */
export async function startMariadb(
  { dataDir, logDir, household }: Place,
  args: readonly string[] = [],
): Promise<MariadbServer> {
  const data = join(dataDir, "mariadb");
  await createData(data);
  const port = await freePort();
  const password = randomBytes(18).toString("hex");
  const initFile = join(data, "init.sql");
  writeInitFile(initFile, password);
  const log = join(logDir, "mariadb.log");
  const child = startChild({
    name: "MariaDB",
    command: programPath("mariadb"),
    args: [
      "--no-defaults",
      `--datadir=${data}`,
      // Relative to the data folder: the full path may be longer than a socket's name can be.
      "--socket=mariadb.sock",
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      `--init-file=${initFile}`,
      "--skip-name-resolve",
      "--character-set-server=utf8mb4",
      "--collation-server=utf8mb4_unicode_ci",
      "--default-time-zone=+00:00",
      "--max-connections=500",
      "--innodb-buffer-pool-size=128M",
      "--innodb-log-file-size=32M",
      // Commits survive kill -9 of the server; only a crash of the machine may cost a second.
      "--innodb-flush-log-at-trx-commit=2",
      ...asRoot,
      ...args,
    ],
    household,
    log,
  });
  await whenReady(child, log, () => accepts(port));
  return {
    process: child,
    port,
    admin: { user: ADMIN, password },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
