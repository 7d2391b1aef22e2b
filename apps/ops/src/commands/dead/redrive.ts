import {
  findRedrive,
  largestCanary,
  redriveLetters,
  resumeRedrive,
  startRedrive,
  stopRedrive,
} from "@tendril/operations";
import { InvalidInputError } from "@tendril/runtime";
import { InvalidArgumentError, type Command } from "commander";

import { agreed, changing, type ChangeOptions } from "../../change.ts";
import type { OpenContext, OpsContext } from "../../context.ts";
import { examples } from "../../help.ts";
import { counted, parseCount } from "../../output/words.ts";
import { chosen, choosing, meant, openOf, type ChoiceOptions } from "./chosen.ts";
import { filterOf } from "./filter-options.ts";
import { describeRun, followRun } from "./follow-run.ts";

type Options = ChoiceOptions &
  ChangeOptions & { canary?: number; rate?: number; stop?: number; resume?: number };

/** So many named letters are sent at once, by this process; more are a run, which workers carry on. */
const atOnce = 20;

export function redriveCommand(dead: Command, open: OpenContext): void {
  const redrive = changing(
    choosing(
      dead
        .command("redrive")
        .summary("sends dead jobs back to work: one, some, or all of a kind behind canaries")
        .description(
          "sends dead jobs back to work: letters by number at once; what a filter means as a run, which the " +
            "workers carry on even when this command is interrupted",
        ),
    )
      .option(
        "--canary <count>",
        "so many first; the others only if all of them succeed",
        parseCanary,
      )
      .option("--rate <n/s>", "letters a second: 10/s", parseRate)
      .option("--stop <run>", "sends no more of that run", parseCount)
      .option("--resume <run>", "goes on with that run, or only watches it", parseCount),
  );
  examples(redrive, [
    ['dead redrive 42 --reason "fixed by release 9"', "one letter, now"],
    [
      'dead redrive --cause 3f2a9c0d1e4b5a69 --canary 5 --rate 10/s --reason "their server is back"',
      "5 first; if they succeed, the others, ten a second",
    ],
    ["dead redrive --to example.org --dry-run", "how many that would be"],
    ['dead redrive --stop 7 --reason "still failing"', "the run with number 7 sends no more"],
    ['dead redrive --resume 7 --rate 2/s --reason "mended"', "and goes on, at another pace"],
  ]);
  redrive.action(async (ids: number[], options: Options) => {
    const context = open();
    if (options.stop !== undefined || options.resume !== undefined) refuseBeside(ids, options);
    if (options.stop !== undefined) return stop(context, options.stop, options);
    if (options.resume !== undefined) return resume(context, options.resume, options);
    return begin(context, ids, options);
  });
}

/** A run has its letters and its canaries: whoever names others means something else. */
function refuseBeside(ids: readonly number[], options: Options): void {
  const { stop, resume, rate, canary, ...choice } = options;
  if (stop !== undefined && resume !== undefined)
    throw new InvalidInputError("Stop it or resume it, not both.");
  const named = ids.length > 0 || choice.all || meant(filterOf(choice)) !== "";
  if (named || canary !== undefined)
    throw new InvalidInputError("A run goes on with the letters and canaries that it began with.");
  if (stop !== undefined && rate !== undefined)
    throw new InvalidInputError("What is stopped has no pace: give --rate with --resume.");
}

async function begin(context: OpsContext, ids: readonly number[], options: Options): Promise<void> {
  const { operations, operator, output } = context;
  const { reason, dryRun, yes, canary = 0, rate = null, ...choice } = options;
  const wanted = chosen(ids, choice);
  const parts = await operations();
  const { filter, count } = await openOf(context, wanted);
  const how = [
    ...(canary > 0 ? [`${Math.min(canary, count)} first`] : []),
    ...(rate === null ? [] : [`${rate} a second`]),
  ];
  const manner = how.length > 0 ? `, ${how.join(", ")}` : "";
  const question = `Send ${counted(count, "letter")} back${meant(filter)}${manner}?`;
  if (count > 1 && canary >= count)
    output.note(
      `All ${count} would go first: nothing would be held back. Give a smaller --canary.`,
    );
  const unchanged = {
    value: { meant: count },
    lines: [`${counted(count, "letter")} would be sent back.`],
  };
  if (!(await agreed(context, { dryRun, yes }, question, unchanged))) return;

  if (filter.ids && filter.ids.length <= atOnce && canary === 0 && rate === null) {
    const result = await redriveLetters(parts, await operator(), filter.ids, reason);
    output.result(result, () => [`Sent ${counted(result.sent.length, "letter")} back.`]);
    for (const { id, why } of result.left) output.problem(`Letter ${id} stays: ${why}.`);
    return;
  }
  const run = await startRedrive(parts, await operator(), { filter, canary, rate, reason });
  output.note(`Redrive ${run.id} has begun.`);
  await followRun(context, run.id);
}

async function stop(context: OpsContext, id: number, options: ChangeOptions): Promise<void> {
  const { operations, operator, output } = context;
  const parts = await operations();
  const run = await findRedrive(parts, id);
  if (
    !(await agreed(
      context,
      options,
      `Stop redrive ${id}? It has sent ${run.sent} of ${run.planned}.`,
    ))
  )
    return;
  const stopped = await stopRedrive(parts, await operator(), id, options.reason);
  output.result(stopped, () => describeRun(stopped));
}

async function resume(
  context: OpsContext,
  id: number,
  options: ChangeOptions & { rate?: number },
): Promise<void> {
  const { operations, operator, output } = context;
  const parts = await operations();
  const run = await findRedrive(parts, id);
  if (run.state === "stopped") {
    const { reason, rate } = options;
    const pace = rate === undefined ? "" : `, ${rate} a second`;
    const question = `Go on with the others of redrive ${id}${pace}? It has sent ${run.sent} of ${run.planned}.`;
    if (!(await agreed(context, options, question))) return;
    await resumeRedrive(parts, await operator(), id, { reason, rate });
  } else if (run.state === "done") output.note(`Redrive ${id} is done: nothing is left to resume.`);
  else output.note(`Redrive ${id} is going on: your reason is not needed.`);
  await followRun(context, id);
}

function parseCanary(text: string): number {
  const count = parseCount(text);
  if (count > largestCanary) throw new InvalidArgumentError(`At most ${largestCanary} go first.`);
  return count;
}

function parseRate(text: string): number {
  if (!/^[1-9]\d{0,5}(\/s)?$/.test(text))
    throw new InvalidArgumentError("Write letters a second, like 10/s.");
  return Number.parseInt(text, 10);
}
