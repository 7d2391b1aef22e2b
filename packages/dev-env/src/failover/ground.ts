import { connectDatabase, type Database, readDatabaseConfig } from "@tendril/database";

import type { Tier } from "../apps/places.ts";
import { passTime } from "../chaos/pass-time.ts";
import { signUpMembers } from "../load/load.ts";
import type { Member } from "../load/requests.ts";
import { createEnvironment, openMachine, type PlayedEnvironment } from "../platform/index.ts";
import { freePort } from "../process/ports.ts";
import type { ServerAddresses } from "../servers/servers.ts";
import { createSpace, type Space } from "../space/space.ts";

/** Both tiers from their bundles as the platform runs them, with people. */
export interface Ground extends AsyncDisposable {
  readonly url: string;
  readonly web: PlayedEnvironment;
  readonly worker: PlayedEnvironment;
  readonly space: Space;
  readonly servers: ServerAddresses;
  /** Past the front, which will be stopped. */
  readonly db: Database;
  readonly members: readonly Member[];
}

export type GroundOptions = {
  /** Of the space. */
  name: string;
  servers: ServerAddresses;
  bundles: Readonly<Record<Tier, string>>;
  /** Between two health checks of the balancer. */
  healthPauseMs?: number;
  say: (line: string) => void;
};

const size = 2;

export async function openGround(options: GroundOptions): Promise<Ground> {
  const { name, servers, bundles, healthPauseMs, say } = options;
  await using stack = new AsyncDisposableStack();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const space = stack.use(await createSpace(servers, { name, publicUrl: url }));
  const machine = stack.use(await openMachine(say));
  const properties = { RDS_CA: "", ASSET_BASE_URL: `${space.cdn.url}/assets` };
  const common = { machine, space, size, properties };
  const starting = [
    createEnvironment({ ...common, tier: "web", port, bundle: bundles.web, healthPauseMs }),
    createEnvironment({ ...common, tier: "worker", bundle: bundles.worker }),
  ] as const;
  for (const each of starting)
    stack.defer(async () => {
      const environment = await each.catch(() => undefined);
      await environment?.[Symbol.asyncDispose]();
    });
  const [web, worker] = await Promise.all(starting);
  const RDS_PORT = String(servers.mariadb.port);
  const db = stack.use(connectDatabase(readDatabaseConfig({ ...space.environment, RDS_PORT })));
  const members = await signUpMembers(url);
  // They are told by mail of what happens to their photos, and of nothing else.
  await db.tables.users.update({ emailVerifiedAt: new Date(), digest: "off" }, { where: {} });
  stack.use(passTime(db));
  const owned = stack.move();
  return {
    url,
    web,
    worker,
    space,
    servers,
    db,
    members,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
