import { letterHistory } from "@tendril/operations";
import type { Command } from "commander";

import type { OpenContext } from "../../context.ts";
import { examples } from "../../help.ts";
import { table } from "../../output/table.ts";
import { parseCount } from "../../output/words.ts";

export function historyCommand(dead: Command, open: OpenContext): void {
  const history = dead
    .command("history")
    .description("what happened to a letter, from its first attempt to what came of it in the end")
    .argument("<id>", "the letter's number", parseCount);
  examples(history, [["dead history 42", "who did what, when and why"]]);
  history.action(async (id: number) => {
    const { operations, output } = open();
    const events = await letterHistory(await operations(), id);
    output.result(events, () =>
      table(
        events,
        [
          { head: "WHEN", of: ({ at }) => at },
          { head: "WHAT", of: ({ what }) => what },
          { head: "BY", of: ({ by }) => by },
          { head: "WHY", of: ({ detail }) => detail },
        ],
        output.columns,
      ),
    );
  });
}
