import { exportLetters } from "@tendril/operations";
import type { Command } from "commander";

import type { OpenContext } from "../../context.ts";
import { examples } from "../../help.ts";
import { demandKnown, filterOf, filtering, type FilterOptions } from "./filter-options.ts";

export function exportCommand(dead: Command, open: OpenContext): void {
  const exporting = filtering(
    dead
      .command("export")
      .description(
        "letters with all that is known of them, one JSON object per line, oldest first",
      ),
    { states: true },
  );
  examples(exporting, [
    ["dead export --state any > letters.jsonl", "all there are"],
    ["dead export --job send-email | jq -r .payload", "what the dead mails were"],
  ]);
  exporting.action(async (filter: FilterOptions) => {
    const { operations, output } = open();
    const context = await operations();
    const wanted = filterOf(filter);
    await demandKnown(context, wanted);
    for await (const letter of exportLetters(context, wanted))
      await output.line(JSON.stringify(letter));
  });
}
