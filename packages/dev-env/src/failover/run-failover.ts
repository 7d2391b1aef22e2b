import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { builtBundle } from "../platform/index.ts";
import { openHousehold } from "../process/household.ts";
import { startServers } from "../servers/servers.ts";
import { openGround } from "./ground.ts";
import { type Line, lineOf } from "./report.ts";
import type { FailoverSettings } from "./settings.ts";
import { createStrikes } from "./strike.ts";

/** As `.ebextensions` says: a target is out after five checks, ten seconds apart. */
const healthPauseMs = 10_000;

/** One fault after the other, on servers and data of its own. */
export async function runFailover(
  { faults, seconds }: Pick<FailoverSettings, "faults" | "seconds">,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Line[]> {
  await using resources = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), "tendril-failover-"));
  const household = resources.use(await openHousehold({ dataDir, temporary: true }));
  say("building the bundles …");
  const bundles = {
    web: await builtBundle({ dataDir }, "web"),
    worker: await builtBundle({ dataDir }, "worker"),
  };
  signal.throwIfAborted();
  const { addresses } = resources.use(await startServers({ dataDir, household }));
  const options = { name: "failover", servers: addresses, bundles, healthPauseMs, say };
  const ground = resources.use(await openGround(options));
  const strike = createStrikes(ground, { seconds, signal, say });
  const lines: Line[] = [];
  for (const fault of faults) lines.push(...(await strike([fault])).map(lineOf));
  return lines;
}
