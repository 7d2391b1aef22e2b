import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { openHousehold } from "../process/household.ts";
import { ensurePrograms, FOR_START } from "../programs/programs.ts";
import { type ServerAddresses, startServers } from "../servers/servers.ts";

declare module "vitest" {
  export interface ProvidedContext {
    servers: ServerAddresses;
  }
}

/** One set of servers for the whole run; every test environment makes its own space on them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await ensurePrograms(FOR_START, console.log);
  await using stack = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), "tendril-test-"));
  const household = stack.use(await openHousehold({ dataDir, temporary: true }));
  const servers = stack.use(await startServers({ dataDir, household }));
  project.provide("servers", servers.addresses);
  const owned = stack.move();
  return () => owned.disposeAsync();
}
