import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process id is used again after a while; together with its start it names one process for good. */
export type Identity = { pid: number; started: string };

/** When this process began, or undefined when it is gone (a zombie is gone). */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== "linux")
      return (
        execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
          encoding: "utf8",
          timeout: 5_000,
        }).trim() || undefined
      );
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in brackets, may hold spaces; what follows it does not.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export function identify(pid: number): Identity | undefined {
  const started = startOf(pid);
  return started === undefined ? undefined : { pid, started };
}

export function isAlive({ pid, started }: Identity): boolean {
  return startOf(pid) === started;
}

/** Signals that very process, never one that has its number by now. */
export function signalProcess(identity: Identity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It went in between.
  }
}
