import { createWriteStream, renameSync, statSync } from "node:fs";
import { join } from "node:path";

import { migrate, readDatabaseConfig } from "@tendril/database";

import { troubleFilter } from "../apps/log-lines.ts";
import type { Tier } from "../apps/places.ts";
import { supervise } from "../apps/supervise.ts";
import { CAST, DEMO_PASSWORD } from "../demo/cast.ts";
import { seedDemo } from "../demo/seed.ts";
import { faultsFile } from "../faults/faults.ts";
import { type Household, openHousehold } from "../process/household.ts";
import { demandPort, freePort } from "../process/ports.ts";
import { ensurePrograms, FOR_START } from "../programs/programs.ts";
import { startServers } from "../servers/servers.ts";
import { leaveEnvironment } from "../space/environment-file.ts";
import type { Variables } from "../space/environment.ts";
import { createSpace, type Space } from "../space/space.ts";
import { createRegistry } from "../sqsd/registry.ts";
import { type Sqsd, startSqsd } from "../sqsd/sqsd.ts";
import { oneLine } from "../user-error.ts";
import { together, within } from "../wait.ts";
import { emptyFolder } from "./empty-folder.ts";
import { run } from "./run.ts";
import { HELP, readSettings, type Settings } from "./settings.ts";
import { aborted, stopSignal } from "./stop-signal.ts";
import { say, sayDone, step } from "./terminal.ts";

const LARGEST_LOG = 20 * 1024 * 1024;

function turnOver(log: string): string {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGEST_LOG) renameSync(log, `${log}.1`);
  return log;
}

/** Here jobs can be made to fail: npm run fault. */
function withFaults(environment: Variables, dataDir: string): Variables {
  const preload = new URL("../faults/preload.ts", import.meta.url).href;
  const TENDRIL_FAULTS = faultsFile(dataDir);
  return { ...environment, NODE_OPTIONS: `--import=${preload}`, TENDRIL_FAULTS };
}

function startTier(
  tier: Tier,
  port: number,
  space: Space,
  household: Household,
  dataDir: string,
): Promise<AsyncDisposable> {
  const log = turnOver(join(dataDir, "log", `${tier}.log`));
  const onLine = troubleFilter(tier, say);
  const environment =
    tier === "worker" ? withFaults(space.environment, dataDir) : space.environment;
  const instanceId = `${tier}-1`;
  return supervise({ tier, port, instanceId, environment, household, log, onLine }, say);
}

/** On the platform each worker instance has this daemon, and one of them leads. */
function startClock(space: Space, app: string, dataDir: string): Promise<Sqsd> {
  const log = createWriteStream(turnOver(join(dataDir, "log", "sqsd.log")), { flags: "a" });
  return startSqsd(space, {
    app,
    registry: createRegistry(join(dataDir, "cron-registry.json")),
    // As the worker's environment says on the platform.
    settings: { ErrorVisibilityTimeout: 60 },
    log: (line) => log.write(`${new Date().toISOString()} ${line}\n`),
  });
}

function welcome({ dataDir }: Settings, url: string, space: Space): void {
  const people = CAST.map(({ name, role }) =>
    role === "operator" ? `${name} (operator)` : name,
  ).join(", ");
  say("");
  say(`  Gallery      ${url}`);
  say(`  Mail inbox   ${space.inbox.url}`);
  say(`  Operators    ${url}/ops, as ada; in a terminal ./scripts/ops`);
  say(`  S3 archive   ${space.glacierDesk.url}`);
  say(`  Sign in as   ${people}: the password is ${DEMO_PASSWORD}`);
  say(`  Data, logs   ${dataDir}`);
  say("  Ctrl-C ends it; the data stays.");
  say("");
  say(`ready ${url}`);
}

async function start(settings: Settings, signal: AbortSignal): Promise<number> {
  const { port, inboxPort, dataDir, fresh } = settings;
  const url = `http://localhost:${port}`;
  await ensurePrograms(FOR_START, say);
  await using stack = new AsyncDisposableStack();
  const household = stack.use(await openHousehold({ dataDir, url }));
  await demandPort(port, "PORT");
  await demandPort(inboxPort, "INBOX_PORT");
  // A fleet may be running beside.
  if (fresh) emptyFolder(dataDir, "fleet", "bundles");

  const servers = stack.use(await startServers({ dataDir, household, onReady: sayDone }));
  signal.throwIfAborted();
  const space = stack.use(
    await createSpace(servers.addresses, { name: "tendril", publicUrl: url, inboxPort }),
  );
  await step("Database schema", () => migrate(readDatabaseConfig(space.environment)));
  signal.throwIfAborted();
  const workerPort = await freePort();
  await together([
    step("Worker tier", async () =>
      stack.use(await startTier("worker", workerPort, space, household, dataDir)),
    ),
    step("Web tier", async () =>
      stack.use(await startTier("web", port, space, household, dataDir)),
    ),
  ]);
  signal.throwIfAborted();
  const app = `http://127.0.0.1:${workerPort}`;
  stack.use(await step("Clock of the timed tasks (sqsd)", () => startClock(space, app, dataDir)));
  signal.throwIfAborted();
  stack.use(leaveEnvironment(dataDir, space.environment));
  welcome(settings, url, space);

  const seeding = seedDemo({
    url,
    dataDir,
    environment: space.environment,
    mailbox: space.mailbox,
    signal,
    say,
  }).catch((error: unknown) => {
    if (!signal.aborted)
      say(`! The demo album is not complete (${oneLine(error)}); the next start goes on with it.`);
  });
  const why = await aborted(signal);
  say(`Stopping (${why}) …`);
  // What it is just sending comes to its end first; a request in progress would hold up the web tier.
  await within(seeding, 3_000);
  await stack.disposeAsync();
  return 0;
}

await run(async () => {
  const signal = stopSignal();
  const settings = readSettings(process.argv.slice(2), process.env);
  if (!settings.help) return start(settings, signal);
  say(HELP);
  return 0;
});
