import type { ServerAddresses } from "../servers/servers.ts";
import type { Variables } from "../space/environment.ts";
import { createSpace, type Dependency, type Space } from "../space/space.ts";
import type { LevelPlan } from "./levels.ts";

/** What one server works with, and what of it is its own. */
export type Plot = {
  variables: Variables;
  /** Where its rows, its sessions, its photos and its queues are. */
  database: Space;
  sessions: Space;
  photos: Space;
  queues: Space;
};

/** Database, Redis, bucket, queues and mail under a fleet: shared by its servers, or one of each for each. */
export interface Ground extends AsyncDisposable {
  readonly shared: Space;
  /** By server, those that stand. */
  readonly plots: ReadonlyMap<string, Plot>;
  readonly broken: ReadonlySet<Dependency>;
  /** Makes what that server does not share. */
  stake(server: string): Promise<Plot>;
  /** The server is gone, and what was its own with it. */
  clear(server: string): Promise<void>;
  break(name: Dependency): Promise<void>;
  mend(name: Dependency): Promise<void>;
}

type Options = {
  servers: ServerAddresses;
  plan: LevelPlan;
  /** Of the spaces: what is shared has it as it is. */
  name: string;
  publicUrl: string;
  inboxPort?: number | undefined;
};

export async function openGround(options: Options): Promise<Ground> {
  const { servers, plan, name, publicUrl, inboxPort = 0 } = options;
  await using stack = new AsyncDisposableStack();
  const shared = stack.use(await createSpace(servers, { name, publicUrl, inboxPort }));
  const own = new Map<string, Space>();
  const plots = new Map<string, Plot>();
  const broken = new Set<Dependency>();
  stack.defer(async () => {
    await Promise.all([...own.values()].map((space) => space[Symbol.asyncDispose]()));
  });
  const spaces = () => [shared, ...own.values()];
  const sharesAll = Object.values(plan.shared).every(Boolean);

  const ownSpace = async (server: string) => {
    const { mailbox } = shared;
    const options = { name: `${name}${server.replace(/\W/g, "")}`, publicUrl, mailbox };
    const space = await createSpace(servers, options);
    own.set(server, space);
    await Promise.all([...broken].map((each) => space.fronts[each].stop()));
    return space;
  };
  const owned = stack.move();
  return {
    shared,
    plots,
    broken,
    async stake(server) {
      const space = sharesAll ? shared : await ownSpace(server);
      const of = (isShared: boolean) => (isShared ? shared : space);
      const database = of(plan.shared.database);
      const sessions = of(plan.shared.sessions);
      const photos = of(plan.shared.photos);
      const queues = of(plan.shared.queues);
      const variables = {
        ...shared.environment,
        ...pick(database, ["RDS_PORT", "RDS_DB_NAME", "RDS_USERNAME"]),
        ...pick(sessions, ["REDIS_URL"]),
        ...pick(photos, ["AWS_ENDPOINT_URL_S3", "PHOTO_BUCKET", "CDN_BASE_URL"]),
        // What SES tells about a mail comes by a queue, too.
        ...pick(queues, ["AWS_ENDPOINT_URL_SQS", "QUEUE_PREFIX", "AWS_ENDPOINT_URL_SES"]),
        // From the bundle, until there is a bucket that all of them know.
        ...(plan.shared.photos ? { ASSET_BASE_URL: `${shared.cdn.url}/assets` } : {}),
        CACHE: plan.cache ? "on" : "off",
        // The local database speaks no TLS.
        RDS_CA: "",
      };
      const plot = { variables, database, sessions, photos, queues };
      plots.set(server, plot);
      return plot;
    },
    async clear(server) {
      plots.delete(server);
      const space = own.get(server);
      own.delete(server);
      await space?.[Symbol.asyncDispose]();
    },
    async break(dependency) {
      broken.add(dependency);
      await Promise.all(spaces().map(({ fronts }) => fronts[dependency].stop()));
    },
    async mend(dependency) {
      broken.delete(dependency);
      await Promise.all(spaces().map(({ fronts }) => fronts[dependency].resume()));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function pick({ environment }: Space, names: readonly string[]): Variables {
  return Object.fromEntries(names.map((name) => [name, environment[name] ?? ""]));
}
