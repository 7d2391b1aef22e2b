import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { buildBundle, hostArchitecture } from "@tendril/deploy";
import { createConnection } from "mysql2/promise";

import { ROOT, type Tier } from "../apps/places.ts";
import { createEnvironment, openMachine } from "../platform/index.ts";
import { openHousehold } from "../process/household.ts";
import { freePort } from "../process/ports.ts";
import { startServers } from "../servers/servers.ts";
import { createSpace } from "../space/space.ts";
import { watchJobs } from "../testing/drain.ts";
import { readBooks } from "./books.ts";
import { signUpMembers, startLoad } from "../load/load.ts";
import { makeNextRelease, nextMark } from "./next-release.ts";
import type { RollingReport, Rollout } from "./report.ts";

const name = "rolling";
const tiers = ["web", "worker"] as const satisfies readonly Tier[];
/** Between the deployments the load goes on by itself. */
const calmMs = 5_000;

/** Upgrade and rollback of both tiers under load, on servers and data of its own. */
export async function runRolling(
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<RollingReport> {
  await using resources = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), "tendril-rolling-"));
  const household = resources.use(await openHousehold({ dataDir, temporary: true }));
  const bundles = await buildReleases(dataDir, say);
  signal.throwIfAborted();

  const { addresses } = resources.use(await startServers({ dataDir, household }));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const space = resources.use(await createSpace(addresses, { name, publicUrl: url }));
  const machine = resources.use(await openMachine(say));
  const properties = { RDS_CA: "", ASSET_BASE_URL: `${space.cdn.url}/assets` };
  const common = { machine, space, properties };
  const [web, worker] = await Promise.all([
    createEnvironment({ ...common, tier: "web", size: 2, port, bundle: bundles.this.web }),
    createEnvironment({ ...common, tier: "worker", size: 1, bundle: bundles.this.worker }),
  ]);
  resources.use(web);
  resources.use(worker);
  const jobs = resources.use(watchJobs(addresses, name));

  const began = performance.now();
  const secondsSince = (from: number) => Math.round((performance.now() - from) / 1_000);
  const pages = { this: 0, next: 0 };
  const load = await startLoad({
    url,
    members: await signUpMembers(url),
    onPage({ text }) {
      if (text.includes("<html")) pages[text.includes(nextMark) ? "next" : "this"] += 1;
    },
  });
  const rollout = async (what: string, release: "this" | "next"): Promise<Rollout> => {
    await delay(calmMs, undefined, { signal });
    say(`${what} …`);
    const from = performance.now();
    // At once, so that the workers of a release come before its migrations.
    const [onWeb, onWorker] = await Promise.all([
      web.deploy(bundles[release].web),
      worker.deploy(bundles[release].worker),
    ]);
    return { name: what, seconds: secondsSince(from), web: onWeb, worker: onWorker };
  };
  const rollouts: Rollout[] = [];
  try {
    rollouts.push(await rollout("upgrade", "next"));
    await demandNote(addresses.mariadb);
    rollouts.push(await rollout("rollback, on the newer schema", "this"));
    await delay(calmMs, undefined, { signal });
  } finally {
    await load.stop();
  }
  const seconds = secondsSince(began);
  say("coming to rest …");
  await jobs.drain(120_000);
  const { asked, promised } = load;
  const books = await readBooks(addresses, name, space.mailbox, promised);
  return { seconds, rollouts, asked, promised, books, pages };
}

async function buildReleases(dataDir: string, say: (line: string) => void) {
  const next = join(dataDir, "next");
  await makeNextRelease(next);
  const build = async (root: string, release: string, tier: Tier) => {
    say(`building ${release} release, ${tier} …`);
    const target = join(dataDir, "bundles", `${release}-${tier}.zip`);
    return (await buildBundle({ root, tier, architecture: hostArchitecture(), target })).target;
  };
  const both = async (root: string, release: string) => {
    const built: Partial<Record<Tier, string>> = {};
    for (const tier of tiers) built[tier] = await build(root, release, tier);
    return { web: built.web ?? "", worker: built.worker ?? "" };
  };
  return { this: await both(ROOT, "this"), next: await both(next, "next") };
}

/** Without it there would be no newer schema to go back on. */
async function demandNote(mariadb: { port: number; user: string; password: string }) {
  await using connection = await createConnection({
    host: "127.0.0.1",
    ...mariadb,
    database: name,
    connectTimeout: 5_000,
  });
  await connection.query("SELECT note FROM photos LIMIT 1");
}
