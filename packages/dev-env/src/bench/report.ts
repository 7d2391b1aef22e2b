import type { JobsReport } from "./jobs.ts";
import type { Throughput } from "./throughput.ts";

const two = (value: number) => value.toFixed(2);
const whole = (value: number) => String(Math.round(value));

export function tableOf({ throughput, waits, idle, goals }: JobsReport): string {
  const { ours, single, batches } = throughput;
  const columns: [string, Throughput][] = [
    ["one by one, no ledger", single],
    ["by ten, no ledger", batches],
    ["outbox and ledger", ours],
  ];
  const row = (name: string, read: (each: Throughput) => string) =>
    `  ${name.padEnd(26)}${columns.map(([, each]) => read(each).padStart(24)).join("")}`;
  const lines = [
    `  ${"".padEnd(26)}${columns.map(([title]) => title.padStart(24)).join("")}`,
    row("jobs per second", ({ perSecond }) => whole(perSecond)),
    row("  of them sent", ({ sentPerSecond }) => whole(sentPerSecond)),
    row("SQS requests per job", ({ requestsPerJob }) => two(requestsPerJob.all)),
    row("  sends", ({ requestsPerJob }) => two(requestsPerJob.sends)),
    row("  receives", ({ requestsPerJob }) => two(requestsPerJob.receives)),
    row("  deletes", ({ requestsPerJob }) => two(requestsPerJob.deletes)),
    row("  others", ({ requestsPerJob }) => two(requestsPerJob.others)),
    row("SQL statements per job", ({ statementsPerJob }) => two(statementsPerJob)),
    row("CPU per job, ms", ({ cpuMsPerJob }) =>
      two(Object.values(cpuMsPerJob).reduce((sum, ms) => sum + ms, 0)),
    ),
    ...Object.keys(ours.cpuMsPerJob).map((name) =>
      row(`  ${name}`, ({ cpuMsPerJob }) => two(cpuMsPerJob[name] ?? 0)),
    ),
    "",
    `  a quick job's way, alone              p50 ${whole(waits.alone.p50)} ms, p99 ${whole(waits.alone.p99)} ms`,
    `  beside 1,000 slow ones in bulk        p50 ${whole(waits.besideSlow.p50)} ms, p99 ${whole(waits.besideSlow.p99)} ms`,
    `  an idle worker asks SQS               ${idle.perDay} times a day`,
    "",
    ...goals.map(
      ({ what, value, goal, reached }) =>
        `  ${reached ? "✓" : "✗"} ${what}: ${two(value)} (goal ${goal})`,
    ),
  ];
  return lines.join("\n");
}
