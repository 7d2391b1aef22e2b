import type { Tier } from "../apps/places.ts";
import type { Space } from "../space/space.ts";
import type { Variables } from "../space/environment.ts";
import { createRegistry } from "../sqsd/registry.ts";
import { together } from "../wait.ts";
import { type Balancer, openBalancer } from "./balancer.ts";
import { DeploymentError } from "./deployment-error.ts";
import { type Instance, type InstanceDeployment, openInstance } from "./instance.ts";
import type { Machine } from "./machine.ts";

export type EnvironmentOptions = {
  machine: Machine;
  tier: Tier;
  space: Space;
  /** The bundle that it is created with. */
  bundle: string;
  /** How many instances serve. */
  size?: number;
  /** Of the load balancer, in the web tier. */
  port?: number;
  /** Between two health checks of the load balancer. */
  healthPauseMs?: number | undefined;
  /** Of the saved configuration. */
  properties: Variables;
};

export type Deployment = {
  /** By instance, in their order; the additional one first. */
  instances: readonly ({ name: string } & InstanceDeployment)[];
};

/** An Elastic Beanstalk environment: some instances, and in the web tier the balancer before them. */
export interface PlayedEnvironment extends AsyncDisposable {
  readonly instances: readonly Instance[];
  /** Before the web tier. */
  readonly balancer: Balancer | undefined;
  /** How it was created. */
  readonly created: Deployment;
  /**
   * Rolling with an additional batch of one: first a new instance, whose commands are the leader's; then one after
   * the other, out of the balancer meanwhile. At the first failure it ends, and the release before goes on.
   */
  deploy(bundle: string): Promise<Deployment>;
  /** One instance more, with the release that runs; resolves when it serves. */
  launch(): Promise<Instance>;
  /** One instance less: no new requests go to it, those in progress end, then it is given back. */
  terminate(instance: Instance): Promise<void>;
}

export async function createEnvironment(options: EnvironmentOptions): Promise<PlayedEnvironment> {
  const { machine, tier, space, size = 1, port = 0, healthPauseMs, properties } = options;
  await using stack = new AsyncDisposableStack();
  const balancer: Balancer | undefined =
    tier === "web" ? stack.use(await openBalancer({ port, healthPauseMs })) : undefined;
  const registry = createRegistry();
  const region = space.environment["AWS_REGION"] ?? "";
  let launched = 0;
  const open = () =>
    openInstance({
      machine,
      name: `${tier}-${++launched}`,
      region,
      properties: { ...space.environment, ...properties },
      daemon: tier === "worker" ? { space, registry } : undefined,
    });
  const instances: Instance[] = [];
  stack.defer(async () => {
    await Promise.all(instances.map((each) => each[Symbol.asyncDispose]()));
  });
  const bring = async (instance: Instance, bundle: string, leader: boolean) => {
    const done = await instance.deploy(bundle, { leader });
    await balancer?.add(instance.url);
    machine.say(`  ${instance.name}: first 200 after ${Math.round(done.bootMs)} ms`);
    return { name: instance.name, ...done };
  };

  /** What failed before the old processes were stopped serves again. */
  const bringOrGoOn = async (instance: Instance, bundle: string) => {
    try {
      return await bring(instance, bundle, false);
    } catch (error) {
      if (instance.processes.length > 0) await balancer?.add(instance.url);
      throw error;
    }
  };

  for (let count = 0; count < size; count++) instances.push(await open());
  const created = await together(
    instances.map((instance, index) => bring(instance, options.bundle, index === 0)),
  );
  let release = options.bundle;
  let busy = false;
  const giveBack = async (instance: Instance) => {
    await balancer?.drain(instance.url);
    await instance[Symbol.asyncDispose]();
  };
  const roll = async (bundle: string): Promise<Deployment> => {
    const additional = await open();
    try {
      const done = [await bring(additional, bundle, true)];
      for (const instance of instances) {
        await balancer?.drain(instance.url);
        done.push(await bringOrGoOn(instance, bundle));
      }
      release = bundle;
      return { instances: done };
    } finally {
      await giveBack(additional);
    }
  };
  const owned = stack.move();
  return {
    instances,
    balancer,
    created: { instances: created },
    async deploy(bundle) {
      if (busy)
        throw new DeploymentError(
          `tendril-${tier}`,
          "Environment is in an invalid state for this operation. Must be Ready.",
        );
      busy = true;
      try {
        return await roll(bundle);
      } finally {
        busy = false;
      }
    },
    async launch() {
      const instance = await open();
      try {
        await bring(instance, release, false);
      } catch (error) {
        await giveBack(instance);
        throw error;
      }
      instances.push(instance);
      return instance;
    },
    async terminate(instance) {
      const at = instances.indexOf(instance);
      if (at >= 0) instances.splice(at, 1);
      await giveBack(instance);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
