import { readFileSync } from "node:fs";

/** Linux counts in hundredths of a second, whatever the kernel's own tick is. */
const tickMs = 10;

/** Milliseconds of processor time that a process has used; 0 where nobody says. */
export function cpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name, in brackets, may hold spaces; what follows it does not.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return 0;
  }
}

export type Pids = Readonly<Record<string, number>>;

/** What each of these processes uses from now on. */
export function watchCpu(pids: Pids): () => Record<string, number> {
  const before = Object.entries(pids).map(([name, pid]) => ({ name, pid, ms: cpuMs(pid) }));
  return () => Object.fromEntries(before.map(({ name, pid, ms }) => [name, cpuMs(pid) - ms]));
}
