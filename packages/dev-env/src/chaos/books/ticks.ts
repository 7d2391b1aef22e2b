import { cronFile, timedTasks } from "@tendril/worker/schedule";

import { readCronFile } from "../../sqsd/cron-file.ts";
import type { Difference, Evidence, Tally } from "../books.ts";
import type { TickFact } from "../facts.ts";

/** A leader that died is followed by another within this time. */
const blurMs = 3_000;
/** No task fires more often in the hours that pass: ticking.ts. */
const mostTicks = 100;

/** Every tick has one job, or is noted as missed; of a job more than once nothing knows. */
export function* checkTicks(evidence: Evidence, tally: Tally): Generator<Difference> {
  const { ticks, ticking, disturbances } = evidence;
  const rows = new Map(ticks.map((tick) => [nameOf(tick), tick]));
  for (const { name, fires } of readCronFile(cronFile)) {
    const due = fires.last(ticking.to, mostTicks).filter((time) => time > ticking.from);
    for (const scheduledAt of due) {
      const tick = rows.get(nameOf({ task: name, scheduledAt }));
      if (!tick) {
        yield {
          kind: "lost",
          what: `tick ${nameOf({ task: name, scheduledAt })} is not on record`,
        };
        continue;
      }
      rows.delete(nameOf(tick));
      if (tick.state === "received") tally.ticks.came += 1;
      else tally.ticks.missed += 1;
      tally.ticks.tries += tick.tries;
      const at = ticking.realTimeOf(scheduledAt);
      const blamed = disturbances.between(at - blurMs, at + blurMs);
      if (tick.state !== "received" && blamed.length === 0)
        yield {
          kind: "lost",
          what: `tick ${nameOf(tick)} was missed though nothing was disturbed`,
        };
    }
  }
  // What is left was due after the clock that ticks here had stopped.
  for (const tick of rows.values())
    if (tick.tries > 0)
      yield { kind: "other", what: `tick ${nameOf(tick)} came without being due` };
  yield* checkEffects(evidence);
}

const nameOf = ({ task, scheduledAt }: Pick<TickFact, "task" | "scheduledAt">) =>
  `${task} of ${scheduledAt.toISOString()}`;

function* checkEffects({ ticks, jobs }: Evidence): Generator<Difference> {
  const tasks: ReadonlySet<string> = new Set(Object.keys(timedTasks));
  const jobsOf = Map.groupBy(
    jobs.filter(({ name }) => tasks.has(name)),
    ({ name, payload }) =>
      nameOf({ task: name, scheduledAt: new Date(JSON.parse(payload).scheduledAt) }),
  );
  for (const tick of ticks) {
    const [job, ...more] = jobsOf.get(nameOf(tick)) ?? [];
    const what = `tick ${nameOf(tick)} (${tick.state})`;
    if (more.length > 0) yield { kind: "doubled", what: `${what} has ${more.length + 1} jobs` };
    if (tick.state === "missed" && job) yield { kind: "other", what: `${what} has a job` };
    if (tick.state !== "missed" && job?.id !== tick.jobId)
      yield { kind: "lost", what: `${what} has not the job that it should have` };
    jobsOf.delete(nameOf(tick));
  }
  for (const name of jobsOf.keys())
    yield { kind: "doubled", what: `${name} has a job and no tick` };
}
