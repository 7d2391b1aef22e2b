import { findDeathsAfterRedrive, findLastActions, type LastAction } from "@tendril/database";

import type { OperationsContext } from "../context.ts";
import type { RedriveRun } from "./runs.ts";

export type ReportedRun = RedriveRun & {
  /** Open letters of jobs that it sent back: they died again, and it does not send them a second time. */
  diedAgain: number[];
  /** Who began it, stopped it or had it go on, whichever was last. */
  lastAction: LastAction | null;
};

/** The same runs, with what is known of them from elsewhere; of many in two queries. */
export async function reportRedrives(
  { db }: Pick<OperationsContext, "db">,
  runs: readonly RedriveRun[],
): Promise<ReportedRun[]> {
  const ids = runs.map(({ id }) => id);
  const began = Math.min(...runs.map(({ createdAt }) => createdAt.getTime()));
  const [deaths, actions] = await Promise.all([
    findDeathsAfterRedrive(db, ids, new Date(runs.length > 0 ? began : 0)),
    findLastActions(db, "redrive", ids.map(String)),
  ]);
  return runs.map((run) => ({
    ...run,
    diedAgain: deaths.flatMap(({ runId, letterId }) => (runId === run.id ? [letterId] : [])),
    lastAction: actions.find(({ subjectId }) => subjectId === String(run.id)) ?? null,
  }));
}

/** Letters that are named one by one. */
const named = 20;

/** `2 died again and are open: 7, 8`. */
export function describeDiedAgain({ diedAgain }: Pick<ReportedRun, "diedAgain">): string {
  const { length } = diedAgain;
  const more = length > named ? ` and ${length - named} more` : "";
  return `${length} died again and ${length === 1 ? "is" : "are"} open: ${diedAgain.slice(0, named).join(", ")}${more}`;
}
