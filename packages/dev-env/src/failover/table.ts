import type { Line } from "./report.ts";

const listedAtMost = 8;

const columns: readonly [title: string, cell: (line: Line) => string | number][] = [
  ["fault", ({ title }) => title],
  ["asked", ({ asked }) => asked],
  ["seen instead of an answer", ({ seen }) => inWords(seen)],
  ["in flight", ({ inFlight }) => inFlight],
  ["until noticed", ({ untilNoticed, seconds }) => noticed(untilNoticed, seconds)],
  ["sessions lost", ({ sessions }) => `${sessions.lost} of ${sessions.held}`],
  ["uploads lost", ({ uploadsLost }) => uploadsLost],
  ["jobs lost, doubled, stuck", ({ lost, doubled, stuck }) => `${lost}, ${doubled}, ${stuck}`],
  ["waited", ({ waited }) => `${waited.jobs} jobs, ${waited.mails} mails`],
  ["lasted", ({ seconds }) => `${seconds.lasted} s`],
  ["people back", ({ seconds }) => after(seconds.peopleBack)],
  ["jobs back", ({ seconds }) => after(seconds.jobsBack)],
  ["", ({ broken }) => (broken.length === 0 ? "✓" : "✗")],
];

const after = (seconds: number | null) => (seconds === null ? "never" : `${seconds} s`);

const noticed = (count: number, seconds: Line["seconds"]) =>
  count === 0 ? 0 : `${count} (${seconds.noticed} s)`;

function inWords(seen: Line["seen"]): string {
  const words = Object.entries(seen).map(([saw, count]) => `${count} × ${saw}`);
  return words.join(", ") || "nothing";
}

export function tableOf(lines: readonly Line[]): string {
  const row = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  const table = [
    row(columns.map(([title]) => title)),
    row(columns.map(() => "---")),
    ...lines.map((line) => row(columns.map(([, cell]) => cell(line)))),
  ];
  const broken = lines.filter((line) => line.broken.length > 0);
  if (broken.length === 0) return [...table, "", "✓ All promises hold."].join("\n");
  const reasons = broken.flatMap((line) => {
    const more = line.broken.length - listedAtMost;
    return [
      `✗ ${line.fault}: ${line.title}`,
      ...line.broken.slice(0, listedAtMost).map((reason) => `  ${reason}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
  });
  return [...table, "", ...reasons].join("\n");
}
