import { existsSync, readFileSync } from "node:fs";

/** Whether the system shows how much memory another process holds. A Mac does not. */
export const showsResident = existsSync("/proc/self/status");

/** Hundredths of a second: the kernel's unit towards programs, on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** What a process holds that the kernel cannot drop: no pages of files. Zero when it is gone. */
export function residentBytes(pid: number): number {
  const status = read(pid, "status");
  let kilobytes = 0;
  for (const [, size] of status.matchAll(/^(?:RssAnon|RssShmem|VmSwap):\s+(\d+) kB$/gm))
    kilobytes += Number(size);
  return kilobytes * 1_024;
}

/** How long it has computed since it began, on all its threads; undefined where that is not shown. */
export function cpuSeconds(pid: number): number | undefined {
  const stat = read(pid, "stat");
  // The second field is the program's name, and may hold anything but this.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]];
  return user && system ? (Number(user) + Number(system)) / ticksPerSecond : undefined;
}

function read(pid: number, file: "status" | "stat"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}
