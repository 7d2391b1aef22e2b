import { existsSync, readFileSync } from "node:fs";

/** What a process takes of the machine. */
export type Usage = {
  /** Without the pages of files, which the kernel can drop. */
  residentBytes: number;
  /** Since it began, on all its threads. */
  computedMs: number;
};

/** Whether the system shows the usage of other processes. A Mac does not: there they tell it themselves. */
export const showsUsage = existsSync("/proc/self/status");

/** The kernel's unit towards programs is a hundredth of a second, on every Linux that Node runs on. */
const tickMs = 10;

/** Zero when the process is gone. */
export function usageOf(pid: number): Usage {
  return { residentBytes: residentBytes(pid), computedMs: computedMs(pid) };
}

export function ownUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { residentBytes: process.memoryUsage.rss(), computedMs: (user + system) / 1_000 };
}

function residentBytes(pid: number): number {
  let kilobytes = 0;
  for (const [, size] of read(pid, "status").matchAll(
    /^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB$/gm,
  ))
    kilobytes += Number(size);
  return kilobytes * 1_024;
}

function computedMs(pid: number): number {
  const stat = read(pid, "stat");
  // The second field is the program's name, and may hold anything but this.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user = 0, system = 0] = [fields[11], fields[12]].map(Number);
  return (user + system) * tickMs || 0;
}

function read(pid: number, file: "status" | "stat"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
