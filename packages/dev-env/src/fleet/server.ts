import type { Tier } from "../apps/places.ts";
import { openInstance, type Instance } from "../platform/instance.ts";
import type { Machine } from "../platform/machine.ts";
import { REGION } from "../servers/servers.ts";
import type { Registry } from "../sqsd/registry.ts";
import { together } from "../wait.ts";
import type { Bundles } from "./bundles.ts";
import type { Ground } from "./ground.ts";

/** One machine of the fleet: a web instance, a worker instance, or both beside each other. */
export interface Server extends AsyncDisposable {
  readonly name: string;
  readonly instances: Readonly<Partial<Record<Tier, Instance>>>;
  kill(): Promise<void>;
}

type Options = {
  name: string;
  /** What stands on it, by the names of the instances. */
  instances: Readonly<Partial<Record<Tier, string>>>;
  machine: Machine;
  ground: Ground;
  bundles: Bundles;
  /** Where worker instances find out who of them is the clock. */
  registry: Registry;
  /** The first server of a fleet makes the schema. */
  leader: boolean;
};

/** Resolves when its apps answer. */
export async function startServer(options: Options): Promise<Server> {
  const { name, machine, ground, bundles, registry, leader } = options;
  await using stack = new AsyncDisposableStack();
  const plot = await ground.stake(name);
  stack.defer(() => ground.clear(name));
  const bring = async (tier: Tier) => {
    const instanceName = options.instances[tier];
    if (instanceName === undefined) return {};
    const instance = stack.use(
      await openInstance({
        machine,
        name: instanceName,
        region: REGION,
        properties: plot.variables,
        daemon: tier === "worker" ? { space: plot.queues, registry } : undefined,
      }),
    );
    await instance.deploy(bundles[tier], { leader });
    return { [tier]: instance };
  };
  const [web, worker] = await together([bring("web"), bring("worker")]);
  const instances: Server["instances"] = { ...web, ...worker };
  const owned = stack.move();
  return {
    name,
    instances,
    async kill() {
      await Promise.all(Object.values(instances).map((each) => each.kill()));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
