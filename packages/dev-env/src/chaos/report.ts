import type { Difference, Tally } from "./books.ts";

export type ChaosReport = {
  seed: number;
  jobs: number;
  photos: number;
  mails: number;
  /** By the way of dying: at random, or at which point. */
  kills: Record<string, number>;
  killed: Record<string, number>;
  stops: number;
  freezes: number;
  repeatedMessages: number;
  lost: number;
  doubled: number;
  stuck: number;
  letters: number;
  tally: Tally;
  seconds: { load: number; rest: number };
  differences: Difference[];
};

const listedAtMost = 50;

export function tableOf(report: ChaosReport): string {
  const { tally, seconds, differences } = report;
  const counts = (record: Record<string, number>) =>
    Object.entries(record)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ") || "none";
  const rows: [string, string | number][] = [
    ["seed", report.seed],
    ["jobs", `${report.jobs} (photos ${report.photos}, mails ${report.mails})`],
    ["kills", counts(report.kills)],
    ["killed", counts(report.killed)],
    ["outages", `stopped ${report.stops}, frozen ${report.freezes}`],
    ["messages repeated", report.repeatedMessages],
    ["attempts that died", tally.crashes],
    ["attempts that failed", counts(tally.failures)],
    ["attempts handed back", tally.handedBack],
    ["essential mails repeated", tally.repeatedMails],
    ["other mails left unknown", `${tally.unknownMails} (not sent: ${tally.unknownUnsent})`],
    ["letters", `${report.letters} (all for foreign messages)`],
    ["lost", report.lost],
    ["doubled", report.doubled],
    ["stuck", report.stuck],
    ["duration", `${seconds.load} s load and faults, ${seconds.rest} s to come to rest`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  if (differences.length === 0) return [...lines, "✓ The books are right."].join("\n");
  const listed = differences.slice(0, listedAtMost).map(({ kind, what }) => `  ${kind}: ${what}`);
  const title = `✗ ${differences.length} differences${differences.length > listedAtMost ? `, the first ${listedAtMost}` : ""}:`;
  return [...lines, title, ...listed].join("\n");
}
