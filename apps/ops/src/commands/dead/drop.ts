import { dropLetters } from "@tendril/operations";
import type { Command } from "commander";

import { agreed, changing, type ChangeOptions } from "../../change.ts";
import type { OpenContext } from "../../context.ts";
import { examples } from "../../help.ts";
import { counted } from "../../output/words.ts";
import { chosen, choosing, meant, openOf, type ChoiceOptions } from "./chosen.ts";

export function dropCommand(dead: Command, open: OpenContext): void {
  const drop = changing(
    choosing(
      dead.command("drop").description("closes letters whose jobs are not to be done any more"),
    ),
  );
  examples(drop, [
    ['dead drop 42 --reason "the account is gone"', "one letter"],
    ["dead drop --cause 3f2a9c0d1e4b5a69 --dry-run", "how many that would be"],
  ]);
  drop.action(async (ids: number[], options: ChoiceOptions & ChangeOptions) => {
    const opened = open();
    const { operations, operator, output } = opened;
    const { reason, dryRun, yes, ...choice } = options;
    const wanted = chosen(ids, choice);
    const context = await operations();
    const { filter, count } = await openOf(opened, wanted);
    const question = `Drop ${counted(count, "letter")}${meant(filter)}? The jobs stay undone.`;
    const unchanged = {
      value: { dropped: 0, meant: count },
      lines: [`${counted(count, "letter")} would be dropped.`],
    };
    if (!(await agreed(opened, { dryRun, yes }, question, unchanged))) return;
    using progress = output.progress("dropping", count);
    const onProgress = (dropped: number) => progress.to(dropped);
    const dropped = await dropLetters(context, await operator(), filter, { reason, onProgress });
    output.result({ dropped, meant: count }, () => [`Dropped ${counted(dropped, "letter")}.`]);
  });
}
