import { setTimeout as delay } from "node:timers/promises";

import { findCanary, findRedrive, type Canary, type RedriveRun } from "@tendril/operations";

import type { OpsContext } from "../../context.ts";
import { counted } from "../../output/words.ts";

const lookMs = 500;

/**
 * Shows how a run comes along, to its end. Interrupted, it says how to come back: the run goes on without
 * anybody looking. Exit code 1 when it stopped.
 */
export async function followRun(context: OpsContext, id: number): Promise<void> {
  const { operations, output, name } = context;
  const parts = await operations();
  using interruption = output.onInterrupt();
  const { signal } = interruption;
  let run = await findRedrive(parts, id);
  {
    using progress = output.progress(`redrive ${id}`, run.planned);
    let told = "";
    while (run.state === "running" && !signal.aborted) {
      progress.to(run.sent, run.planned);
      const news = run.phase === "canary" ? canaryWords(await findCanary(parts, run)) : "";
      if (news !== told && news !== "") output.note(news);
      told = news;
      await delay(lookMs, undefined, { signal }).catch(() => {});
      run = await findRedrive(parts, id);
    }
    progress.to(run.sent, run.planned);
  }
  output.result(run, () => describeRun(run));
  if (run.state === "running") {
    output.note(`It goes on in the workers. Watch it: ${name} dead redrives ${id}`);
    output.note(`Stop it: ${name} dead redrive --stop ${id} --reason "…"`);
  }
  if (run.state === "stopped") {
    output.problem(run.outcome ?? "Nobody said why.");
    output.note(`Go on with the next: ${name} dead redrive --resume ${id} --reason "…"`);
  }
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
