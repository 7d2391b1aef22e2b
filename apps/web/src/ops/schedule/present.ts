import type { ScheduleTickRow, TickState } from "@tendril/database";
import type { TaskOverview } from "@tendril/jobs";

import { counted, duration, exactly, when } from "../present.ts";

const states: Record<TickState, { text: string; tone: "good" | "bad" | "plain" }> = {
  received: { text: "came", tone: "plain" },
  missed: { text: "missed", tone: "bad" },
  "made-up": { text: "missed, made up for", tone: "bad" },
};

const nextShown = 3;

export function presentTask(
  { task, schedule, recent, next, missed, last }: TaskOverview,
  now: Date,
) {
  const runHref = `/ops/schedule/${task}/run`;
  return {
    task,
    schedule,
    runHref,
    last: last ? when(last.scheduledAt, now) : null,
    next: next.slice(0, nextShown).map((at) => when(at, now)),
    missed:
      missed.count === 0
        ? null
        : `${counted(missed.count, "tick")} missed in 30 days${missed.madeUp > 0 ? `, ${missed.madeUp} made up for` : ""}`,
    ticks: recent.map((tick) => presentTick(tick, runHref)),
  };
}

function presentTick(
  { scheduledAt, state, tries, instance, jobId, firstReceivedAt }: ScheduleTickRow,
  runHref: string,
) {
  const lateMs = firstReceivedAt ? firstReceivedAt.getTime() - scheduledAt.getTime() : 0;
  const at = exactly(scheduledAt).slice(0, 16);
  return {
    at,
    iso: scheduledAt.toISOString(),
    state: states[state],
    tries,
    // Within the minute it is on time.
    late: lateMs >= 60_000 ? `${duration(lateMs)} late` : null,
    instance,
    jobHref: jobId === null ? null : `/ops/jobs/${jobId}`,
    runHref: state === "missed" ? `${runHref}?at=${encodeURIComponent(at)}` : null,
  };
}
