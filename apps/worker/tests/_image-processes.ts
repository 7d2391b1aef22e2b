import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import type { TestEnv } from "@tendril/dev-env";

/** The image processes of this environment's worker, which is a process of its own. */
export function imageProcesses(env: TestEnv): string[] {
  const space = `QUEUE_PREFIX=${env.space.name}\0`;
  const worker = pids().find(
    (pid) =>
      read(pid, "cmdline").includes("apps/worker/src/main.ts") &&
      `${read(pid, "environ")}\0`.includes(space),
  );
  const children = pids().filter((pid) => read(pid, "cmdline").includes("images/fence/child-main"));
  return children.filter((pid) => /\) \w (\d+)/.exec(read(pid, "stat"))?.[1] === worker);
}

export const isAlive = (pid: string): boolean => read(pid, "stat") !== "";

/** Whether it has a photo open. */
export function isAtWork(pid: string): boolean {
  try {
    const files = readdirSync(`/proc/${pid}/fd`);
    return files.some((file) => readlinkSync(`/proc/${pid}/fd/${file}`).endsWith("/original"));
  } catch {
    return false;
  }
}

const pids = () => readdirSync("/proc").filter((name) => /^\d+$/.test(name));

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
