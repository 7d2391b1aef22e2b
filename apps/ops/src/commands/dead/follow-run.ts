import { setTimeout as delay } from "node:timers/promises";

import {
  describeDiedAgain,
  findCanary,
  findRedrive,
  isQuiet,
  listActions,
  reportRedrives,
  type Canary,
  type RedriveRun,
  type ReportedRun,
} from "@tendril/operations";

import type { OpsContext } from "../../context.ts";
import { counted, when } from "../../output/words.ts";

const lookMs = 500;

const actionsShown = 50;

/**
 * Shows how a run comes along, to its end. Interrupted, it says how to come back: the run goes on without
 * anybody looking. Exit code 1 when it stopped, or when something that it sent has died again.
 */
export async function followRun(context: OpsContext, id: number): Promise<void> {
  const { operations, output, clock, name } = context;
  const parts = await operations();
  using interruption = output.onInterrupt();
  const { signal } = interruption;
  let run = await findRedrive(parts, id);
  {
    using progress = output.progress(`redrive ${id}`, run.planned);
    let told = "";
    let saidQuiet = false;
    while (run.state === "running" && !signal.aborted) {
      progress.to(run.sent, run.planned);
      const news = run.phase === "canary" ? canaryWords(await findCanary(parts, run)) : "";
      if (news !== told && news !== "") output.note(news);
      told = news;
      if (isQuiet(run, clock.now()) && !saidQuiet) {
        output.note(
          `Nothing has happened for a minute: either no worker is alive, or SQS is away (${name} queues). It goes on by itself then.`,
        );
        saidQuiet = true;
      }
      await delay(lookMs, undefined, { signal }).catch(() => {});
      run = await findRedrive(parts, id);
    }
    progress.to(run.sent, run.planned);
  }
  const subject = { kind: "redrive" as const, id: String(id) };
  const { actions } = await listActions(parts, { subject, limit: actionsShown });
  for (const report of await reportRedrives(parts, [run])) {
    output.result({ ...report, actions }, () => [
      ...actions.toReversed().map(({ at, action, operator, reason }) => {
        return `${when(at)}  ${action}, ${operator}: ${reason}`;
      }),
      ...describeRun(report),
    ]);
    tellOfEnd(context, report);
  }
}

function tellOfEnd({ output, name }: OpsContext, run: ReportedRun): void {
  const { id, state, outcome, sent, planned, leftOpen, diedAgain } = run;
  if (state === "running") {
    output.note(`It goes on in the workers. Watch it: ${name} dead redrives ${id}`);
    output.note(`Stop it: ${name} dead redrive --stop ${id} --reason "…"`);
  }
  if (state === "stopped") output.problem(outcome ?? "Nobody said why.");
  if (leftOpen > 0)
    output.note(
      "What a run leaves: messages that nobody could read, which go back by number, and what others had in hand.",
    );
  if (diedAgain.length > 0)
    output.problem(`${describeDiedAgain(run)}; send them: ${sendThem(run, name)}`);
  const others = planned - sent - leftOpen;
  if (state === "stopped" && others > 0)
    output.note(
      `Go on with the other${others === 1 ? "" : ` ${others}`}: ${name} dead redrive --resume ${id} --reason "…"`,
    );
}

/** By number as long as that can be typed; else those of the same kind since then. */
function sendThem({ diedAgain, filter: { job, queue }, createdAt }: ReportedRun, name: string) {
  const kind = [
    ...(job === undefined ? [] : [`--job ${job}`]),
    ...(queue === undefined ? [] : [`--queue ${queue}`]),
    `--since ${createdAt.toISOString()}`,
  ];
  const which = diedAgain.length <= 20 ? diedAgain.join(" ") : kind.join(" ");
  return `${name} dead redrive ${which} --reason "…"`;
}

function canaryWords({ letters, succeeded, skipped, failed, waiting }: Canary): string {
  if (letters === 0) return "";
  const error = waiting.find(({ lastError }) => lastError !== null)?.lastError;
  const parts = [
    `${succeeded} done`,
    ...(skipped > 0 ? [`${skipped} with nothing left to do`] : []),
    ...(failed.length > 0 ? [`${failed.length} died again`] : []),
    ...(waiting.length > 0 ? [`${waiting.length} on their way`] : []),
  ];
  return `${counted(letters, "letter")} went first: ${parts.join(", ")}${error ? ` (last error: ${error})` : ""}`;
}

export function describeRun({ id, state, phase, sent, planned, leftOpen }: RedriveRun): string[] {
  const left = leftOpen > 0 ? `; ${leftOpen} could not be sent and stay open` : "";
  const now =
    state === "running"
      ? phase === "canary"
        ? "waits for its canaries"
        : "is sending"
      : `is ${state}`;
  return [`Redrive ${id} ${now}: ${sent} of ${planned} sent back${left}.`];
}
