import type { JobState } from "@tendril/database";
import type { HistoryEntry } from "@tendril/jobs";

import { duration, when } from "./present.ts";

const tones: Record<JobState, "good" | "bad" | "plain"> = {
  queued: "plain",
  running: "good",
  done: "plain",
  skipped: "plain",
  dead: "bad",
};

/** For the partial `ops/views/_tag`. */
export const presentJobState = (state: JobState) => ({ text: state, tone: tones[state] });

/** For the partial `ops/views/_attempts`. */
export function presentAttempt({ at, startedAt, ...attempt }: HistoryEntry, now: Date) {
  const took = startedAt ? duration(Date.parse(at) - Date.parse(startedAt)) : null;
  return { ...attempt, at: when(new Date(at), now), took };
}
