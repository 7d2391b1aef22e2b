import { courseTitles, type WebReport } from "./web.ts";

export function tableOfWeb({ cores, settings, sizes, bytes, courses, goals }: WebReport): string {
  const { rounds, seconds, connections } = settings;
  const row = (cells: readonly string[]) =>
    `  ${cells.map((cell, n) => (n === 0 ? cell.padEnd(40) : cell.padStart(14))).join("")}`;
  const rows = courses.map(({ name, perSecond, lowest, highest, cpuMicros, busy }) =>
    row([
      courseTitles[name],
      perSecond.toFixed(0),
      `${lowest.toFixed(0)}–${highest.toFixed(0)}`,
      cpuMicros.toFixed(0),
      busy.toFixed(2),
    ]),
  );
  return [
    row(["", "per second", "from – to", "CPU µs each", "cores used"]),
    ...rows,
    "",
    `  ${cores} cores; ${rounds} rounds of ${seconds} s, ${connections} connections; medians`,
    `  the page has ${bytes.plain} bytes, ${bytes.br} compressed; galleries of ${sizes.few} and ${sizes.many} photos`,
    "",
    ...goals.map(
      ({ what, value, byCpu, goal, reached }) =>
        `  ${reached ? "✓" : "✗"} ${what}: ${value.toFixed(2)} (goal ${goal}; by processor time ${byCpu.toFixed(2)})`,
    ),
  ].join("\n");
}
