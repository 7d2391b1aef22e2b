import {
  describeError,
  letterCauses,
  lettersCountedUpTo,
  type LetterCause,
} from "@tendril/operations";
import type { Command } from "commander";

import type { OpenContext } from "../../context.ts";
import { examples, remark } from "../../help.ts";
import { table, type Column } from "../../output/table.ts";
import { demandKnown, filterOf, filtering, type FilterOptions } from "./filter-options.ts";

const columns: readonly Column<LetterCause>[] = [
  { head: "CAUSE", of: ({ cause }) => cause },
  {
    head: "LETTERS",
    of: ({ count, isLeast }) => (isLeast ? `${count}+` : count),
    right: true,
  },
  { head: "FIRST", of: ({ firstAt }) => firstAt },
  { head: "LAST", of: ({ lastAt }) => lastAt },
  { head: "JOB", of: ({ sample }) => sample.name },
  { head: "NEWEST", of: ({ sample }) => sample.id, right: true },
  { head: "ERROR", of: ({ sample }) => describeError(sample) },
];

export function causesCommand(dead: Command, open: OpenContext): void {
  const causes = filtering(
    dead
      .command("causes")
      .description("what fails, grouped by its cause; the last to strike first"),
    { states: true },
  );
  examples(causes, [
    ["dead causes", "of all open letters"],
    ["dead causes --queue mail --since 1h", "what mails died of in the last hour"],
  ]);
  remark(
    causes,
    `LETTERS are counted up to ${lettersCountedUpTo} for each cause; dead redrive --cause ID --dry-run counts them all.`,
  );
  causes.action(async (filter: FilterOptions) => {
    const { operations, output } = open();
    const context = await operations();
    const wanted = filterOf(filter);
    await demandKnown(context, wanted);
    const found = await letterCauses(context, wanted);
    output.result(found, () =>
      found.causes.length === 0 ? ["No letters."] : table(found.causes, columns, output.columns),
    );
    if (found.more) output.note("There are more: narrow it down with --job, --queue or --since.");
  });
}
