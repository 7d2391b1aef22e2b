import type { Difference, Evidence, Tally } from "./books.ts";
import { countBy } from "./deaths.ts";
import type { Death } from "./fleet.ts";
import type { Inflicted } from "./inflict.ts";
import type { ChaosReport } from "./report.ts";

type Known = Pick<ChaosReport, "seed" | "repeatedMessages" | "seconds"> & {
  evidence: Evidence;
  tally: Tally;
  differences: Difference[];
  inflicted: Inflicted;
  deaths: readonly Death[];
  points: Record<string, number>;
};

export function sumUp({ evidence, inflicted, deaths, points, ...known }: Known): ChaosReport {
  const { jobs, photos, mails, notifications, pushes, letters } = evidence;
  const { foreign: _, ...done } = inflicted;
  const count = (kind: Difference["kind"]) =>
    known.differences.filter((each) => each.kind === kind).length;
  return {
    ...known,
    ...done,
    jobs: jobs.length,
    photos: photos.length,
    mails: mails.length,
    notifications: notifications.length,
    events: notifications.reduce((sum, each) => sum + each.count, 0),
    pushes: pushes.length,
    suppressed: mails.filter(({ status }) => status === "suppressed").length,
    kills: { ...points, "at random": deaths.filter(({ how }) => how === "killed").length },
    killed: countBy(deaths.map(({ name }) => name.replace(/-\d+$/, ""))),
    letters: letters.length,
    lost: count("lost"),
    doubled: count("doubled"),
    stuck: count("stuck"),
  };
}
