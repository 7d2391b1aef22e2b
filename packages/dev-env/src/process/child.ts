import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

import { within } from "../wait.ts";
import type { Household } from "./household.ts";

export type Exit = { code: number | null; signal: NodeJS.Signals | null };

export interface Child extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly running: boolean;
  kill(signal: NodeJS.Signals): void;
  /** The line of its log that says best why it ended. */
  lastWords(): string;
}

export type ChildOptions = {
  name: string;
  command: string;
  args: readonly string[];
  household: Household;
  log: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Whose process it is; ours, if not said. */
  user?: { uid: number; gid: number } | undefined;
  /** Milliseconds between SIGTERM and SIGKILL. */
  grace?: number;
  /** Where given, the output goes here instead of to the log file. */
  onOutput?: (child: ChildProcess) => void;
};

/**
 * Starts a program in a process group of its own: Ctrl-C reaches only us, and we end things in order.
 * The output goes straight to the file, so that the program can still write when we are gone.
 */
export function startChild(options: ChildOptions): Child {
  const { name, command, args, household, log, cwd, env, user, grace = 10_000, onOutput } = options;
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, "a");
  const output = onOutput ? ("pipe" as const) : file;
  const child = spawn(command, args, {
    cwd,
    env: env ?? process.env,
    ...user,
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(file);
  if (child.pid !== undefined) household.adopt(child.pid);
  onOutput?.(child);
  const exited = exitOf(child);
  return {
    name,
    pid: child.pid ?? 0,
    exited,
    get running() {
      return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    },
    kill: (signal) => void child.kill(signal),
    lastWords: () => lastLine(log),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      if (await within(exited, grace)) return;
      child.kill("SIGKILL");
      await exited;
    },
  };
}

async function exitOf(child: ChildProcess): Promise<Exit> {
  if (child.pid === undefined) {
    child.on("error", () => {});
    return { code: 127, signal: null };
  }
  await once(child, "exit");
  return { code: child.exitCode, signal: child.signalCode };
}

/** The last line that names an error, else the last one; stacks and banners say nothing to a person. */
function lastLine(log: string): string {
  const lines = readFileSync(log, "utf8").trimEnd().split("\n").slice(-40);
  return (
    lines.findLast((line) => /error/i.test(line) && !/^\s+at /.test(line)) ??
    lines.at(-1) ??
    ""
  ).slice(0, 300);
}
