import { countOpenLetters, dropLetters } from "@tendril/operations";
import { NotFoundError } from "@tendril/runtime";
import type { Command } from "commander";

import { agreed, changing, type ChangeOptions } from "../../change.ts";
import type { OpenContext } from "../../context.ts";
import { examples } from "../../help.ts";
import { counted } from "../../output/words.ts";
import { chosen, choosing, words, type ChoiceOptions } from "./chosen.ts";

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
  drop.action(async (ids: string[], options: ChoiceOptions & ChangeOptions) => {
    const { operations, operator, output, ...rest } = open();
    const { reason, dryRun, yes, ...choice } = options;
    const filter = chosen(ids, choice);
    const context = await operations();
    const count = await countOpenLetters(context, filter);
    if (count === 0) throw new NotFoundError("No open letter is meant by that.");
    const question = `Drop ${counted(count, "letter")}${words(filter)}? The jobs stay undone.`;
    if (!(await agreed({ ...rest, operations, operator, output }, { dryRun, yes }, question))) {
      return output.result({ dropped: 0, meant: count }, () => [
        `${counted(count, "letter")} meant.`,
      ]);
    }
    using progress = output.progress("dropping", count);
    const onProgress = (dropped: number) => progress.to(dropped);
    const dropped = await dropLetters(context, await operator(), filter, { reason, onProgress });
    output.result({ dropped, meant: count }, () => [`Dropped ${counted(dropped, "letter")}.`]);
  });
}
