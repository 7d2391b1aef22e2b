import { rm } from "node:fs/promises";
import { join } from "node:path";

import { systemClock } from "@tendril/runtime";

import { ROOT } from "../apps/places.ts";
import { CAST, DEMO_PASSWORD } from "../demo/cast.ts";
import { seedDemo } from "../demo/seed.ts";
import { currentBundles } from "../fleet/bundles.ts";
import { levels } from "../fleet/levels.ts";
import { openFleetPage } from "../fleet/page/server.ts";
import { scaleFleet } from "../fleet/scaling/scale-fleet.ts";
import { type StartedFleet, startFleet } from "../fleet/start-fleet.ts";
import { someVisitors } from "../fleet/visitors.ts";
import { openHousehold } from "../process/household.ts";
import { demandPort } from "../process/ports.ts";
import { ensurePrograms, FOR_PLATFORM } from "../programs/programs.ts";
import { startServers } from "../servers/servers.ts";
import { leaveEnvironment } from "../space/environment-file.ts";
import { oneLine } from "../user-error.ts";
import { within } from "../wait.ts";
import { takeFolder } from "./fleet-folder.ts";
import { type FleetSettings, HELP, readFleetSettings } from "./fleet-settings.ts";
import { run } from "./run.ts";
import { aborted, stopSignal } from "./stop-signal.ts";
import { say, sayDone, step } from "./terminal.ts";

/** What of a bundle only AWS can do was known before; docs/deploy.md has it. */
const isTrouble = (line: string) => line.startsWith("!") && !line.startsWith("! not played here");

function welcome({ level, dataDir }: FleetSettings, fleet: StartedFleet, page: string): void {
  say("");
  say(`  Level ${level}      ${levels[level].title}`);
  say(`  The fleet    ${page}`);
  say(`  Gallery      ${fleet.url}`);
  say(`  Mail inbox   ${fleet.space.inbox.url}`);
  say(`  Operators    ${fleet.url}/ops, as ada`);
  say(
    `  Sign in as   ${CAST.map(({ name }) => name).join(", ")}: the password is ${DEMO_PASSWORD}`,
  );
  say(`  Logs         ${join(dataDir, "log")}; those of the instances below ${fleet.folder}`);
  say("  The walk through the levels: docs/levels.md. Ctrl-C ends it; nothing stays.");
  say("");
  say(`ready ${fleet.url}`);
}

async function start(settings: FleetSettings, signal: AbortSignal): Promise<number> {
  const { level, timeLapse, web, workers, port, inboxPort, pagePort, dataDir } = settings;
  const url = `http://localhost:${port}`;
  await ensurePrograms(FOR_PLATFORM, say);
  await using stack = new AsyncDisposableStack();
  const household = stack.use(await openHousehold({ dataDir, url }));
  takeFolder(dataDir);
  stack.defer(() => rm(dataDir, { recursive: true, force: true }));
  await demandPort(port, "PORT", "npm run fleet");
  await demandPort(inboxPort, "INBOX_PORT", "npm run fleet");
  await demandPort(pagePort, "FLEET_PORT", "npm run fleet");
  void aborted(signal).then((why) => say(`Stopping (${why}) …`));

  const bundling = currentBundles(join(ROOT, ".local", "bundles"), say);
  // Awaited only after the servers, and it may fail before that.
  bundling.catch(() => {});
  const servers = stack.use(await startServers({ dataDir, household, onReady: sayDone }));
  const bundles = await unlessStopped(signal, bundling);
  const fleet = await step(`Level ${level}: ${levels[level].title}`, async () => {
    const starting = startFleet({
      servers: servers.addresses,
      bundles,
      level,
      port,
      inboxPort,
      timeLapse,
      web,
      workers,
      say: (line) => isTrouble(line) && say(line),
    });
    return stack.use(await unlessStopped(signal, starting));
  });
  const watching = stack.use(new AsyncDisposableStack());
  watching.use(leaveEnvironment(dataDir, fleet.variables));
  const trouble = (error: unknown) => say(`! The fleet does not scale: ${oneLine(error)}`);
  const scalers = watching.use(await scaleFleet(fleet, trouble));
  const clock = systemClock;
  const page = watching.use(
    await openFleetPage({ fleet, scaler: scalers.web, port: pagePort, clock }),
  );
  // Where it scales there has to be something to scale for.
  fleet.setVisitors(settings.visitors ?? (levels[level].scaling ? someVisitors : 0));
  welcome(settings, fleet, page.url);

  const seeding = seed(fleet, dataDir, signal);
  await aborted(signal);
  await within(seeding, 3_000);
  await step("The fleet's page and its scalers", async () => watching.disposeAsync());
  await step("The instances, and the removal of their files", async () =>
    fleet[Symbol.asyncDispose](),
  );
  await step("MariaDB, Redis, SQS, S3 and SES", async () => servers[Symbol.asyncDispose]());
  await stack.disposeAsync();
  say("Nothing is left.");
  return 0;
}

/** What is given up here goes on for a moment; the household and the machine clear up after it. */
function unlessStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const stopped = aborted(signal).then(() => Promise.reject(signal.reason));
  return Promise.race([work, stopped]);
}

async function seed(fleet: StartedFleet, dataDir: string, signal: AbortSignal): Promise<void> {
  const { url, space } = fleet;
  try {
    await seedDemo({
      url,
      // Through the balancer nobody could stay signed in for as long as an album takes.
      ...(levels[fleet.level].shared.sessions ? {} : { doors: fleet.doors() }),
      dataDir,
      environment: fleet.variables,
      mailbox: space.mailbox,
      signal,
      say,
    });
  } catch (error) {
    if (!signal.aborted) say(`! The demo album is not complete: ${oneLine(error)}`);
  }
}

await run(async () => {
  const signal = stopSignal();
  const settings = readFleetSettings(process.argv.slice(2), process.env);
  if (settings !== "help") return start(settings, signal);
  say(HELP);
  return 0;
});
