import type { Difference, Tally, Unknown } from "./books.ts";

export type ChaosReport = {
  seed: number;
  jobs: number;
  photos: number;
  mails: number;
  /** What people were told about, and the events that they stand for. */
  notifications: number;
  events: number;
  pushes: number;
  /** Mails that were not sent, as earlier ones came back. */
  suppressed: number;
  /** By the way of dying: at random, or at which point. */
  kills: Record<string, number>;
  killed: Record<string, number>;
  stops: number;
  freezes: number;
  /** Times in which SES or the push service misbehaved. */
  troubles: number;
  /** Daemons that led the schedule. */
  leadersKilled: number;
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
  const { came, missed, tries } = tally.ticks;
  const counts = (record: Record<string, number>) =>
    Object.entries(record)
      .map(([name, count]) => `${name} ${count}`)
      .join(", ") || "none";
  const rows: [string, string | number][] = [
    ["seed", report.seed],
    ["jobs", `${report.jobs} (photos ${report.photos}, mails ${report.mails})`],
    ["notifications", `${report.notifications} of ${report.events} events`],
    ["pushes", `${report.pushes} (arrived ${tally.pushesArrived})`],
    ["ticks", `came ${came} in ${tries} tries, missed and on record ${missed}`],
    ["kills", counts(report.kills)],
    ["killed", `${counts(report.killed)}, leaders of the schedule ${report.leadersKilled}`],
    ["outages", `stopped ${report.stops}, frozen ${report.freezes}`],
    ["SES and push in trouble", report.troubles],
    ["messages repeated", report.repeatedMessages],
    ["attempts that died", tally.crashes],
    ["attempts that failed", counts(tally.failures)],
    ["attempts handed back", tally.handedBack],
    ["essential mails repeated", `${tally.repeatedMails} (SES had told nothing of them)`],
    ["mails not sent", `${report.suppressed} (to where earlier ones came back)`],
    ["left unknown", tally.unknown.length],
    ["letters", `${report.letters} (all for foreign messages)`],
    ["lost", report.lost],
    ["doubled", report.doubled],
    ["stuck", report.stuck],
    ["duration", `${seconds.load} s load and faults, ${seconds.rest} s to come to rest`],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = [
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...listUnknown(tally.unknown),
  ];
  if (differences.length === 0) return [...lines, "✓ The books are right."].join("\n");
  const listed = differences.slice(0, listedAtMost).map(({ kind, what }) => `  ${kind}: ${what}`);
  const title = `✗ ${differences.length} differences${differences.length > listedAtMost ? `, the first ${listedAtMost}` : ""}:`;
  return [...lines, title, ...listed].join("\n");
}

/** All of them, those of one reason together. */
function listUnknown(unknown: readonly Unknown[]): string[] {
  if (unknown.length === 0) return [];
  const groups = Map.groupBy(
    unknown,
    ({ about, why, arrived }) => `${about}, ${arrived ? "arrived" : "did not arrive"}: ${why}`,
  );
  const lines = [...groups].map(
    ([reason, all]) => `  ${all.length} × ${reason}\n    ${all.map(({ what }) => what).join(", ")}`,
  );
  return ["Unknown, and therefore not repeated:", ...lines];
}
