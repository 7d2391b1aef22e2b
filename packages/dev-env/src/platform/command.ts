import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile } from "node:fs/promises";

import type { Variables } from "../space/environment.ts";
import type { ConfigCommand } from "./config-files.ts";
import { DeploymentError } from "./deployment-error.ts";
import type { Machine } from "./machine.ts";

export type StepPlace = {
  machine: Machine;
  cwd: string;
  environment: Variables;
  /** What commands and hooks write is kept here. */
  log: string;
  timeoutMs: number;
};

/**
 * What would change this machine instead of a private folder of it, or ask for what only an instance has.
 * The first such word is given, for people to read.
 */
export function beyondReach(text: string): string | undefined {
  const withoutShebang = text.replace(/^#!.*/, "");
  const tools = /\b(systemctl|journalctl|dnf|yum|rpm|amazon-\S+|get-config|useradd|sysctl)\b/;
  const places = /(?<![\w.$}])\/(etc|opt|usr|lib|root|home|boot|srv|var)\/\S*/;
  return (tools.exec(withoutShebang) ?? places.exec(withoutShebang))?.[0];
}

/** Runs one command of a deployment to its end; a failure brings its last lines along. */
export async function runStep(
  step: string,
  [file = "", ...args]: readonly string[],
  { machine, cwd, environment, log, timeoutMs }: StepPlace,
): Promise<void> {
  const child = begin(step, () =>
    spawn(file, args, {
      cwd,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
      killSignal: "SIGKILL",
    }),
  );
  if (child.pid !== undefined) machine.household.adopt(child.pid);
  let output = "";
  const keep = (chunk: Buffer) => (output = `${output}${chunk.toString()}`.slice(-64_000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const failed = once(child, "error").then(([error]) => String(error));
  const why = await Promise.race([failed, once(child, "close").then(() => undefined)]);
  await appendFile(log, `== ${step}\n${output}`);
  if (why !== undefined) throw new DeploymentError(step, why);
  if (child.exitCode === 0) return;
  const end = child.signalCode
    ? `ended by ${child.signalCode} (allowed: ${timeoutMs / 1_000} s)`
    : `ended with code ${child.exitCode}`;
  throw new DeploymentError(step, end, lastLines(output));
}

/** What cannot be executed at all is thrown by `spawn` itself, without a word of what it was. */
function begin<T>(step: string, spawning: () => T): T {
  try {
    return spawning();
  } catch (error) {
    throw new DeploymentError(step, String(error));
  }
}

/** Those of one kind (`commands`, `container_commands`) in their order. */
export async function runCommands(
  kind: string,
  commands: readonly ConfigCommand[],
  place: StepPlace,
  { leader }: { leader: boolean },
): Promise<void> {
  for (const { name, command, cwd, env, test, ignoreErrors, leader_only } of commands) {
    const step = `${kind} ${name}`;
    if (leader_only && !leader) continue;
    const line = typeof command === "string" ? ["/bin/sh", "-c", command] : command;
    const beyond = beyondReach(line.join(" "));
    if (beyond !== undefined) {
      place.machine.leaveOut(`${step}, for ${beyond}`);
      continue;
    }
    const here = {
      ...place,
      ...(cwd === undefined ? {} : { cwd }),
      environment: { ...place.environment, ...env },
    };
    try {
      if (test !== undefined && !leader_only && !(await succeeds(step, test, here))) continue;
      await runStep(step, line, here);
    } catch (error) {
      if (!ignoreErrors) throw error;
      place.machine.say(`! ${step} failed, which it may: ${String(error)}`);
    }
  }
}

const succeeds = (step: string, test: string, place: StepPlace) =>
  runStep(`${step} (test)`, ["/bin/sh", "-c", test], place).then(
    () => true,
    () => false,
  );

export function lastLines(text: string, count = 20): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
