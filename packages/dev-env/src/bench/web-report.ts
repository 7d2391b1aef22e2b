import type { CourseName, WebReport } from "./web.ts";

const titles: Record<CourseName, string> = {
  raw: "raw node:http, the same bytes (br)",
  page: "a visitor's page (br)",
  rawPlain: "raw node:http, not compressed",
  pagePlain: "a visitor's page, not compressed",
  raw304: "raw node:http, the same 304",
  page304: "a visitor who holds it (304)",
  signedIn: "a signed-in person's page",
  pageOfMany: "a visitor's page of the larger gallery",
  cacheOff: "CACHE=off: database and templates",
  cacheOffMany: "CACHE=off in the larger gallery",
};

export function tableOfWeb({ cores, settings, sizes, bytes, courses, goals }: WebReport): string {
  const { rounds, seconds, connections } = settings;
  const row = (cells: readonly string[]) =>
    `  ${cells.map((cell, n) => (n === 0 ? cell.padEnd(40) : cell.padStart(14))).join("")}`;
  const rows = Object.entries(titles).map(([name, title]) => {
    const { perSecond, lowest, highest, cpuMicros, busy } = courses[name as CourseName];
    return row([
      title,
      perSecond.toFixed(0),
      `${lowest.toFixed(0)}–${highest.toFixed(0)}`,
      cpuMicros.toFixed(0),
      busy.toFixed(2),
    ]);
  });
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
