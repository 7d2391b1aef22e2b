import { describeError, searchLetters, type LetterSummary } from "@tendril/operations";
import type { Command } from "commander";

import type { OpenContext } from "../../context.ts";
import { examples } from "../../help.ts";
import { table, type Column } from "../../output/table.ts";
import { parseCount } from "../../output/words.ts";
import { filterOf, filtering, type FilterOptions } from "./filter-options.ts";

type Options = FilterOptions & { limit: number; before?: number };

export const letterColumns: readonly Column<LetterSummary>[] = [
  { head: "ID", of: ({ id }) => id, right: true },
  { head: "DIED", of: ({ createdAt }) => createdAt },
  {
    head: "STATE",
    of: ({ state, edited }) => (edited && state === "open" ? "open, edited" : state),
  },
  { head: "QUEUE", of: ({ queue }) => queue },
  { head: "JOB", of: ({ name }) => name },
  { head: "CAUSE", of: ({ cause }) => cause },
  { head: "ERROR", of: describeError },
];

export function listCommand(dead: Command, open: OpenContext): void {
  const list = filtering(dead.command("list").description("letters, newest first"), {
    states: true,
  })
    .option("--limit <count>", "letters in one page", parseCount, 50)
    .option("--before <id>", "the page behind that letter", parseCount);
  examples(list, [
    ["dead list", "what is open"],
    ["dead list --job send-email --error example.org --since 1h", "which mails fail, and why"],
    ["dead list --cause 3f2a9c0d1e4b5a69 --json", "all of one cause, for scripts"],
    ["dead list --state redriven --since 1d", "what was sent back since yesterday"],
  ]);
  list.action(async ({ limit, before, ...filter }: Options) => {
    const { operations, output } = open();
    const context = await operations();
    const found = await searchLetters(context, filterOf(filter), { limit, before });
    output.result(found, () =>
      found.letters.length === 0
        ? ["No letters."]
        : table(found.letters, letterColumns, output.columns),
    );
    if (!found.complete)
      output.note(
        "Only the newest letters were looked through: give a whole word of the error, or less to look for.",
      );
    if (found.next !== null && !output.json)
      output.note(`There are more: add --before ${found.next}`);
  });
}
