import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { connectDatabase, migrate, readDatabaseConfig } from "@tendril/database";

import { openHousehold } from "../process/household.ts";
import { startServers } from "../servers/servers.ts";
import { createSpace } from "../space/space.ts";
import { openCourier } from "./courier.ts";
import type { ChaosReport } from "./report.ts";
import type { ChaosSettings } from "./settings.ts";
import { storm } from "./storm.ts";

export type ChaosOptions = Pick<ChaosSettings, "jobs" | "minutes" | "seed">;

/** The whole system, on servers and data of its own, for as long as this takes. */
export async function runChaos(
  options: ChaosOptions,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<ChaosReport> {
  await using resources = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), "tendril-chaos-"));
  const household = resources.use(await openHousehold({ dataDir, temporary: true }));
  const servers = resources.use(await startServers({ dataDir, household }));
  const courier = resources.use(await openCourier(servers.addresses.fauxqs, options.seed));
  const space = resources.use(
    await createSpace(
      { ...servers.addresses, fauxqs: courier.url },
      { name: "chaos", publicUrl: "http://localhost:1" },
    ),
  );
  await migrate(readDatabaseConfig(space.environment));
  // Past the front, which will be stopped.
  const RDS_PORT = String(servers.addresses.mariadb.port);
  const db = resources.use(connectDatabase(readDatabaseConfig({ ...space.environment, RDS_PORT })));
  return await storm({ options, servers, household, courier, space, db, say, signal });
}
