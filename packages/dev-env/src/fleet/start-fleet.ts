import { join } from "node:path";

import { minutes } from "@tendril/runtime";

import type { Tier } from "../apps/places.ts";
import { openBalancer } from "../platform/balancer.ts";
import { openMachine } from "../platform/machine.ts";
import { REGION, type ServerAddresses } from "../servers/servers.ts";
import type { Dependency, Space } from "../space/space.ts";
import type { Variables } from "../space/environment.ts";
import { createRegistry } from "../sqsd/registry.ts";
import { UserError } from "../user-error.ts";
import type { Bundles } from "./bundles.ts";
import { openCounter } from "./census.ts";
import type { Fleet } from "./fleet.ts";
import { readGroupSettings } from "./group-settings.ts";
import { type Group, openGroup, type Standing } from "./group.ts";
import { openGround } from "./ground.ts";
import { openJournal } from "./journal.ts";
import { type Level, levels } from "./levels.ts";
import { type Server, startServer } from "./server.ts";
import { takeSnapshot } from "./snapshot.ts";
import { watchTraffic } from "./traffic.ts";
import { inviteVisitors } from "./visitors.ts";

export type FleetOptions = {
  servers: ServerAddresses;
  bundles: Bundles;
  level: Level;
  /** Of the load balancer. */
  port: number;
  inboxPort?: number;
  /** What the minutes of health checks, draining and scaling are divided by. */
  timeLapse?: number;
  /** Web instances and workers at the start, where not as the level says. */
  web?: number | undefined;
  workers?: number | undefined;
  /** Of the spaces. */
  name?: string;
  say?: (line: string) => void;
};

export interface StartedFleet extends Fleet {
  /** Where the shared things are; the mailbox is everybody's. */
  readonly space: Space;
  /** What the first server was started with. */
  readonly variables: Variables;
  /** A folder with the unpacked bundle of each tier. */
  readonly unpacked: Readonly<Record<Tier, string>>;
  /** The instances' own folders, logs among them. */
  readonly folder: string;
  /** Addresses of web instances that serve, past the balancer: who sticks to one is always known there. */
  doors(): readonly string[];
}

/** How long the group takes to see that an instance without a load balancer is gone. */
const statusCheckMs = minutes(1);

/** Resolves when the first servers serve. */
export async function startFleet(options: FleetOptions): Promise<StartedFleet> {
  const { servers, bundles, level, port, inboxPort, timeLapse = 1, say = () => {} } = options;
  const plan = levels[level];
  const url = `http://localhost:${port}`;
  await using stack = new AsyncDisposableStack();
  const journal = openJournal();
  const machine = stack.use(await openMachine(say));
  const ground = stack.use(
    await openGround({ servers, plan, name: options.name ?? "tendril", publicUrl: url, inboxPort }),
  );
  const counter = stack.use(openCounter(servers, ground));
  const unpacked = {
    web: join(machine.folder, "unpacked", "web"),
    worker: join(machine.folder, "unpacked", "worker"),
  };
  await Promise.all([
    machine.unpack(bundles.web, unpacked.web),
    machine.unpack(bundles.worker, unpacked.worker),
  ]);
  const settings = await readGroupSettings(unpacked.web, REGION, timeLapse);

  const dials = new Map<string, number>();
  const groups: { web?: Group; worker?: Group } = {};
  const standings = () => [...(groups.web?.standings ?? []), ...(groups.worker?.standings ?? [])];
  /** Whose nginx listens there. */
  const behind = (target: string | null) =>
    standings().find(({ server }) => server?.instances.web?.url === target);
  const instanceAt = (target: string | null) => behind(target)?.instances.web ?? null;
  const holding = (instance: string): Standing => {
    const found = standings().find(({ instances }) => Object.values(instances).includes(instance));
    if (!found) throw new UserError(`There is no instance ${instance}`);
    return found;
  };

  const traffic = watchTraffic({
    timeLapse,
    instanceAt,
    async knows(instance, session) {
      const plot = ground.plots.get(holding(instance).name);
      return plot !== undefined && counter.knowsSession(plot.sessions, session);
    },
    onServed: (served) => journal.tell({ kind: "served", served }),
  });
  const balancer = stack.use(
    await openBalancer({
      ...settings,
      port,
      passesOver: true,
      slowMs: (target) => dials.get(instanceAt(target) ?? "") ?? 0,
      onAnswer: (answered) => void traffic.note(answered),
      onHealth(target, healthy) {
        const standing = behind(target);
        if (standing) groups.web?.judge(standing, healthy);
      },
    }),
  );
  const visitors = stack.use(inviteVisitors(url));

  const openTier = (tier: Tier, size: number, beside: Tier | undefined): Group => {
    const registry = createRegistry();
    const urlOf = ({ instances }: Server) => instances.web?.url;
    const tiers = beside === undefined ? [tier] : [tier, beside];
    return openGroup({
      size,
      graceMs: settings.graceMs,
      name: (n) => ({
        name: beside === undefined ? `${tier}-${n}` : `server-${n}`,
        instances: Object.fromEntries(tiers.map((each) => [each, `${each}-${n}`])),
      }),
      async start({ name, instances }, first) {
        const server = await startServer({
          name,
          instances,
          machine,
          ground,
          bundles,
          // Each clock beside a web instance is alone with itself.
          registry: beside === undefined ? registry : createRegistry(),
          leader: tier === "web" && (first || !plan.shared.database),
        });
        await serve(server);
        return server;
      },
      async drain(server) {
        await balancer.drain(urlOf(server) ?? "");
      },
      cutOff: (server) => balancer.remove(urlOf(server) ?? ""),
      onState({ instances, state }, why) {
        for (const [of, instance] of entriesOf(instances))
          journal.tell({ kind: "instance", instance, tier: of, state, why });
      },
    });
  };
  const serve = async (server: Server) => {
    const target = server.instances.web?.url;
    if (target === undefined) return;
    try {
      await balancer.add(target);
    } catch (error) {
      balancer.remove(target);
      await server[Symbol.asyncDispose]();
      throw error;
    }
  };

  const { workers = plan.workers } = options;
  groups.web = stack.use(
    openTier("web", options.web ?? plan.servers, plan.workers === null ? "worker" : undefined),
  );
  if (plan.workers !== null && workers !== null)
    groups.worker = stack.use(openTier("worker", workers, undefined));
  await Promise.all([groups.web.settled(), groups.worker?.settled()]);

  const owned = stack.move();
  return {
    url,
    level,
    timeLapse,
    space: ground.shared,
    variables: ground.plots.values().next().value?.variables ?? ground.shared.environment,
    unpacked,
    folder: join(machine.folder, "instances"),
    doors: () =>
      standings().flatMap(({ state, server }) =>
        state === "serving" && server?.instances.web ? [server.instances.web.url] : [],
      ),
    async snapshot() {
      const counted = await counter.count();
      const { shared, broken } = ground;
      const inboxUrl = shared.inbox.url;
      const parts = { level, plan, url, inboxUrl, timeLapse, visitors: visitors.perSecond };
      return takeSnapshot({ ...parts, groups, traffic, dials, broken, counted, journal });
    },
    on: journal.on,
    async kill(instance) {
      const standing = holding(instance);
      const { server, instances } = standing;
      if (!server || standing.killed || standing.state === "gone") return;
      standing.killed = true;
      for (const [tier, each] of entriesOf(instances))
        journal.tell({ kind: "killed", instance: each, tier });
      await server.kill();
      if (instances.web === undefined)
        setTimeout(() => groups.worker?.judge(standing, false), statusCheckMs / timeLapse).unref();
    },
    setLatency(instance, latencyMs) {
      holding(instance);
      dials.set(instance, latencyMs);
      journal.tell({ kind: "dial", instance, latencyMs });
    },
    async breakDependency(name: Dependency) {
      await ground.break(name);
      journal.tell({ kind: "dependency", name, state: "broken" });
    },
    async mendDependency(name: Dependency) {
      await ground.mend(name);
      journal.tell({ kind: "dependency", name, state: "fine" });
    },
    setVisitors(perSecond) {
      visitors.set(perSecond);
      journal.tell({ kind: "visitors", perSecond });
    },
    resize(tier, desired) {
      const group = groups[tier];
      if (!group) throw new UserError(`At level ${level} the ${tier} tier has no size of its own`);
      journal.tell({ kind: "size", tier, desired });
      group.resize(desired);
    },
    record: (decision) => journal.tell({ kind: "decision", decision }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What stands on a server, by tier. */
function entriesOf(instances: Standing["instances"]): [Tier, string][] {
  const { web, worker } = instances;
  return [
    ...(web === undefined ? [] : [["web", web] satisfies [Tier, string]]),
    ...(worker === undefined ? [] : [["worker", worker] satisfies [Tier, string]]),
  ];
}
