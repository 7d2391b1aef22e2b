import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import {
  connectDatabase,
  insertUser,
  migrate,
  readDatabaseConfig,
  type Database,
} from "@tendril/database";

import { startAppProcess } from "../apps/app-process.ts";
import { ROOT } from "../apps/places.ts";
import { startChild, type Child } from "../process/child.ts";
import { openHousehold } from "../process/household.ts";
import { freePort } from "../process/ports.ts";
import { startServers, type Servers } from "../servers/servers.ts";
import { inherited, type Variables } from "../space/environment.ts";
import { createSpace } from "../space/space.ts";
import { openMeter, type Meter } from "./meter.ts";
import type { SenderAssignment } from "./sender-main.ts";

/** Servers of our own, and the programs that are measured on them. */
export interface Ground extends AsyncDisposable {
  readonly servers: Servers;
  readonly meter: Meter;
  readonly db: Database;
  readonly user: { id: number; email: string };
  startWorker(): Promise<Child>;
  startLoop(batches: 1 | 10): Child;
  startSender(assignment: Omit<SenderAssignment, "user">): Child;
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export async function openGround(): Promise<Ground> {
  await using stack = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), "tendril-bench-"));
  const household = stack.use(await openHousehold({ dataDir, temporary: true }));
  const servers = stack.use(await startServers({ dataDir, household }));
  const meter = stack.use(await openMeter(servers.addresses.fauxqs));
  const space = stack.use(
    await createSpace(
      { ...servers.addresses, fauxqs: meter.url },
      { name: "bench", publicUrl: "http://localhost:1" },
    ),
  );
  await migrate(readDatabaseConfig(space.environment));
  // Straight to the server: a front costs the same whoever uses it, and hides what is compared.
  const environment: Variables = {
    ...space.environment,
    RDS_PORT: String(servers.addresses.mariadb.port),
    LOG_LEVEL: "info",
  };
  const db = stack.use(connectDatabase(readDatabaseConfig(environment)));
  const email = "bench@example.com";
  const person = { username: "bench", email, displayName: "bench", passwordHash: "-" };
  const made = await insertUser(db, person);
  if ("taken" in made) throw new Error("The database is not new");
  const user = { id: made.id, email };
  const logDir = join(dataDir, "log");
  mkdirSync(logDir, { recursive: true });
  const program = (file: string, extra: Variables) =>
    startChild({
      name: file,
      command: process.execPath,
      args: [here(file)],
      cwd: ROOT,
      env: { ...inherited(), ...environment, ...extra },
      household,
      log: join(logDir, `${file}.log`),
    });
  const owned = stack.move();
  return {
    servers,
    meter,
    db,
    user,
    async startWorker() {
      const NODE_OPTIONS = `--import=${pathToFileURL(here("quick-handlers.ts")).href}`;
      return startAppProcess({
        tier: "worker",
        port: await freePort(),
        instanceId: "worker-1",
        environment: { ...environment, NODE_OPTIONS },
        household,
        log: join(logDir, "worker.log"),
      });
    },
    startLoop: (batches) => program("loop-main.ts", { TENDRIL_BENCH_BATCHES: String(batches) }),
    startSender: (assignment) =>
      program("sender-main.ts", { TENDRIL_BENCH: JSON.stringify({ ...assignment, user }) }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
