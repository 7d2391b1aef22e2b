import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { freePort } from "../process/ports.ts";
import { answers } from "../process/ready.ts";
import type { Variables } from "../space/environment.ts";
import { until } from "../wait.ts";
import { runCommands, type StepPlace } from "./command.ts";
import { type BundleConfig, readConfigFiles } from "./config-files.ts";
import { type Daemon, type DaemonOptions, openDaemon } from "./daemon.ts";
import { DeploymentError } from "./deployment-error.ts";
import { runHooks } from "./hooks.ts";
import { keepProcess, type KeptProcess } from "./kept-process.ts";
import type { Machine } from "./machine.ts";
import { readProcfile } from "./procfile.ts";
import { createProxy } from "./proxy.ts";

export type InstanceOptions = {
  machine: Machine;
  name: string;
  region: string;
  /** Of the saved configuration: over what the bundle's files say. Empty stands for not set. */
  properties: Variables;
  /** On instances of the worker tier: the daemon that brings ticks. */
  daemon?: DaemonOptions | undefined;
  /** From SIGTERM to SIGKILL: 30 s, as the drop-in of `.platform/hooks` tells systemd, which is not here. */
  stopMs?: number;
};

export type InstanceDeployment = {
  /** From the start of the process to its first 200; what the platform does before is not in it. */
  bootMs: number;
  /** How the processes of the release before ended. */
  stops: readonly { milliseconds: number; killed: boolean }[];
};

/** One EC2 instance with the platform on it, in a folder of its own. */
export interface Instance extends AsyncDisposable {
  readonly name: string;
  /** Of its nginx. */
  readonly url: string;
  readonly root: string;
  readonly processes: readonly KeptProcess[];
  /** Brings a bundle onto it, in the platform's order. What ran before goes on until the new one is ready to start. */
  deploy(bundle: string, options: { leader: boolean }): Promise<InstanceDeployment>;
  /** The machine is gone in an instant, with all that ran on it. */
  kill(): Promise<void>;
}

const bootTimeoutMs = 60_000;
const properties = "aws:elasticbeanstalk:application:environment";

export async function openInstance(options: InstanceOptions): Promise<Instance> {
  const { machine, name, region, stopMs = 30_000 } = options;
  const root = join(machine.folder, "instances", name);
  const staging = join(root, "var/app/staging");
  const current = join(root, "var/app/current");
  const logs = join(root, "var/log");
  const temporary = join(root, "tmp");
  for (const folder of [logs, join(root, "home"), temporary])
    await mkdir(folder, { recursive: true });
  await chmod(temporary, 0o1777);
  const [port, appPort] = await Promise.all([freePort(), freePort()]);
  const url = `http://127.0.0.1:${port}`;
  await using stack = new AsyncDisposableStack();
  const daemon: Daemon | undefined =
    options.daemon &&
    stack.use(
      openDaemon(options.daemon, { app: url, instance: name, log: join(logs, "sqsd.log") }),
    );
  const proxy = stack.use(createProxy({ machine, root, port, appPort }));
  let processes: KeptProcess[] = [];
  const stopAll = async () => {
    const ending = processes;
    processes = [];
    return Promise.all(ending.map((each) => each.stop()));
  };
  stack.defer(async () => void (await stopAll()));

  const environmentOf = (config: BundleConfig): Variables => ({
    ...config.options.get(properties),
    ...options.properties,
    PORT: String(appPort),
    INSTANCE_ID: name,
    HOME: join(root, "home"),
    // What is in hand goes with the instance, a visitor's photo for one.
    TMPDIR: temporary,
    PATH: machine.path,
  });

  const start = async (environment: Variables) => {
    const began = performance.now();
    for (const [process, command] of await readProcfile(current)) {
      const log = join(logs, `${process}.stdout.log`);
      const kept = { name: `${name} ${process}`, command, cwd: current, environment, log };
      processes.push(keepProcess({ ...kept, stopMs, machine }));
    }
    await until(
      async () => {
        const broken = processes.find(({ exits }) => exits > 1);
        if (broken) throw new DeploymentError("the app", "does not start", broken.lastWords());
        return (await answers(`http://127.0.0.1:${appPort}/health`)) || undefined;
      },
      { timeout: bootTimeoutMs, every: 10, failure: () => "the app does not answer /health" },
    );
    return performance.now() - began;
  };

  const owned = stack.move();
  return {
    name,
    url,
    root,
    get processes() {
      return processes;
    },
    async deploy(bundle, { leader }) {
      await rm(staging, { recursive: true, force: true });
      await machine.unpack(bundle, staging);
      const config = await readConfigFiles(staging, region);
      for (const what of config.notPlayed) machine.leaveOut(what);
      const environment = environmentOf(config);
      const timeoutMs =
        1_000 * Number(config.options.get("aws:elasticbeanstalk:command")?.["Timeout"] ?? 600);
      const log = join(logs, "eb-hooks.log");
      const place: StepPlace = { machine, cwd: staging, environment, log, timeoutMs };
      const bundlePort = Number(config.options.get(properties)?.["PORT"] ?? 8080);

      await runCommands("commands", config.commands, { ...place, cwd: root }, { leader });
      await runHooks(staging, "prebuild", place);
      await proxy.prepare(staging, bundlePort, place);
      await runCommands("container_commands", config.containerCommands, place, { leader });
      await runHooks(staging, "predeploy", place);

      await daemon?.stop();
      const stops = await stopAll();
      await rm(current, { recursive: true, force: true });
      await rename(staging, current);
      const bootMs = await start(environment).catch(async (error: unknown) => {
        await stopAll();
        throw error;
      });
      await proxy.use();
      await daemon?.start(join(current, "cron.yaml"), config);
      await runHooks(current, "postdeploy", { ...place, cwd: current });
      return { bootMs, stops };
    },
    async kill() {
      const ending = processes;
      processes = [];
      await Promise.all([proxy, ...(daemon ? [daemon] : []), ...ending].map((each) => each.kill()));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
