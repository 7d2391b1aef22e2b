import { readFileSync, statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { type Child, startChild } from "../process/child.ts";
import { signalGroup } from "../process/group.ts";
import type { Variables } from "../space/environment.ts";
import { until } from "../wait.ts";
import type { Machine } from "./machine.ts";

export type ProcessOptions = {
  name: string;
  /** A line of the Procfile. */
  command: string;
  cwd: string;
  environment: Variables;
  /** `<name>.stdout.log`: both its outputs. */
  log: string;
  /** From SIGTERM to SIGKILL. */
  stopMs: number;
  machine: Machine;
};

/** A process of the Procfile: started again whenever it exits, until it is stopped. */
export interface KeptProcess {
  readonly pid: number;
  /** How often it has exited by itself. */
  readonly exits: number;
  /** What it wrote in the run that ended last. */
  lastWords(): string;
  /** SIGTERM, the stop time, then SIGKILL; answers how long it took, and which it was. */
  stop(): Promise<{ milliseconds: number; killed: boolean }>;
  /** Its machine is gone: SIGKILL, and nothing starts it again. */
  kill(): Promise<void>;
}

const restartMs = 500;

export function keepProcess(options: ProcessOptions): KeptProcess {
  const { name, command, cwd, environment, log, stopMs, machine } = options;
  const stopping = new AbortController();
  let exits = 0;
  let words = "";
  let child: Child;
  const start = () => {
    const began = sizeOf(log);
    child = startChild({
      name,
      // The platform's sh is bash, which becomes a command that stands alone.
      command: "/bin/bash",
      args: ["-c", command],
      cwd,
      env: environment,
      user: machine.user && { uid: machine.user.uid, gid: machine.user.gid },
      household: machine.household,
      log,
    });
    return began;
  };
  const keep = async (began: number) => {
    for (let from = began; ; from = start()) {
      const { code, signal } = await child.exited;
      words = readFileSync(log).subarray(from).toString().trim().slice(-4_000);
      if (stopping.signal.aborted) return;
      exits += 1;
      machine.say(`! ${name} exited (${signal ?? `code ${code}`}): it is started again`);
      await delay(restartMs, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
    }
  };
  const keeping = keep(start());
  return {
    get pid() {
      return child.pid;
    },
    get exits() {
      return exits;
    },
    lastWords: () => words,
    async stop() {
      const began = performance.now();
      stopping.abort();
      // Like systemd: all that belongs to the unit, not its first process alone.
      signalGroup(child.pid, "SIGTERM");
      const gone = () => !signalGroup(child.pid, 0) || undefined;
      const ended = await until(gone, { timeout: stopMs, failure: () => name }).catch(() => false);
      const milliseconds = performance.now() - began;
      signalGroup(child.pid, "SIGKILL");
      await keeping;
      return { milliseconds, killed: !ended };
    },
    async kill() {
      stopping.abort();
      signalGroup(child.pid, "SIGKILL");
      await keeping;
    },
  };
}

function sizeOf(log: string): number {
  return statSync(log, { throwIfNoEntry: false })?.size ?? 0;
}
