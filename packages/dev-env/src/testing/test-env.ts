import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { migrate, readDatabaseConfig } from "@tendril/database";
import type { BrowserContextOptions, Page } from "playwright-core";
import { inject } from "vitest";

import type { Tier } from "../apps/places.ts";
import { type Client, createClient } from "../client/client.ts";
import { openHousehold } from "../process/household.ts";
import { freePort } from "../process/ports.ts";
import type { ServerAddresses } from "../servers/servers.ts";
import type { Variables } from "../space/environment.ts";
import { createSpace, type Dependency, type Space } from "../space/space.ts";
import { together } from "../wait.ts";
import { lendAwsSettings } from "./aws-settings.ts";
import { prepareBrowsers } from "./browser.ts";
import { watchJobs } from "./drain.ts";
import { type Inbox, readInbox } from "./inbox.ts";
import { controlTier, type TierControl } from "./tier.ts";

export type TestEnvOptions = {
  /** Which tiers run from the beginning; the others can be started later. Both, if not said. */
  tiers?: readonly Tier[];
  /** For the tiers, over what the space gives them. */
  environment?: Variables;
  /** Tiers as processes of their own, so that they can be killed. Slower to start, and a second one may run beside. */
  processes?: boolean;
  /** The shared servers; those of the vitest run, if not said. */
  servers?: ServerAddresses;
};

/** The whole system for one test file: a space of its own, migrated, with its tiers. */
export interface TestEnv extends AsyncDisposable {
  /** Of the gallery. */
  readonly url: string;
  /** What the tiers were started with. */
  readonly environment: Variables;
  readonly web: TierControl;
  readonly worker: TierControl;
  readonly space: Space;
  readonly inbox: Inbox;
  /** Resolves when every job has come to its end; fails with the list of those that are stuck. */
  drain(timeout?: number): Promise<void>;
  /** To this environment alone that server is down from now on, until it is resumed. */
  stop(dependency: Dependency): Promise<void>;
  resume(dependency: Dependency): Promise<void>;
  /** A visitor without JavaScript, with cookies. */
  client(): Client;
  /** A page of a real browser, at the gallery's address. */
  browser(options?: BrowserContextOptions): Promise<Page>;
}

/**
 * `await using env = await startTestEnv()`. Needs the integration project of vitest, whose global
 * setup runs the servers, or `servers`.
 */
export async function startTestEnv(options: TestEnvOptions = {}): Promise<TestEnv> {
  const {
    tiers = ["web", "worker"],
    environment: extra = {},
    processes = false,
    servers = inject("servers"),
  } = options;
  const name = `t${randomBytes(6).toString("hex")}`;
  await using stack = new AsyncDisposableStack();
  const [port, workerPort] = await Promise.all([freePort(), freePort()]);
  const url = `http://localhost:${port}`;
  const space = stack.use(await createSpace(servers, { name, publicUrl: url }));
  const level = process.env["LOG_LEVEL"] ?? (processes ? "info" : "silent");
  // Tests move clocks, and mails of alarms would be found among those that they count.
  const OPS_MAIL = "";
  const environment = { ...space.environment, OPS_MAIL, LOG_LEVEL: level, ...extra };
  await migrate(readDatabaseConfig(environment));

  const jobs = stack.use(watchJobs(servers, name));
  const household = processes
    ? stack.use(await openHousehold({ dataDir: join(servers.dataDir, "spaces", name) }))
    : undefined;
  if (!processes) stack.use(lendAwsSettings(name, environment));
  const logDir = join(servers.dataDir, "log");
  const worker = stack.use(
    controlTier({ tier: "worker", port: workerPort, environment, household, logDir }),
  );
  const web = stack.use(controlTier({ tier: "web", port, environment, household, logDir }));
  await together([
    ...(tiers.includes("web") ? [web.start()] : []),
    ...(tiers.includes("worker") ? [worker.start()] : []),
  ]);
  const browsers = stack.use(prepareBrowsers(url));
  const owned = stack.move();
  return {
    url,
    environment,
    web,
    worker,
    space,
    inbox: readInbox(space.mailbox),
    drain: jobs.drain,
    stop: (dependency) => space.fronts[dependency].stop(),
    resume: (dependency) => space.fronts[dependency].resume(),
    client: () => createClient(url),
    browser: browsers.open,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
