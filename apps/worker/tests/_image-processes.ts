import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import { until, type TestEnv } from "@tendril/dev-env";

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

/**
 * Stops it in the middle of its next photo. It goes forward in steps of milliseconds, so that no photo is ready
 * between two looks, however seldom a busy machine lets us look.
 */
export async function stopAtWork(pid: string): Promise<void> {
  const stoppedAtWork = () => {
    process.kill(Number(pid), "SIGSTOP");
    if (hasPhotoOpen(pid)) return true;
    process.kill(Number(pid), "SIGCONT");
    return undefined;
  };
  const failure = () => "the image process was never at work";
  await until(stoppedAtWork, { timeout: 20_000, every: 5, failure });
}

function hasPhotoOpen(pid: string): boolean {
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
