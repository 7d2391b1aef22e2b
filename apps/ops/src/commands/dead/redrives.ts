import {
  describeDiedAgain,
  listRedrives,
  reportRedrives,
  type ReportedRun,
} from "@tendril/operations";
import type { Command } from "commander";

import type { OpenContext } from "../../context.ts";
import { examples } from "../../help.ts";
import { table } from "../../output/table.ts";
import { parseCount } from "../../output/words.ts";
import { followRun } from "./follow-run.ts";

export function redrivesCommand(dead: Command, open: OpenContext): void {
  const redrives = dead
    .command("redrives")
    .description("runs that send many letters back: the latest, or one, watched to its end")
    .argument("[run]", "the number of a run", parseCount);
  examples(redrives, [
    ["dead redrives", "what was begun lately, by whom, and how far it is"],
    ["dead redrives 7", "watches one"],
  ]);
  redrives.action(async (id: number | undefined) => {
    const context = open();
    if (id !== undefined) return followRun(context, id);
    const { operations, output } = context;
    const parts = await operations();
    const runs = await reportRedrives(parts, await listRedrives(parts));
    output.result(runs, () =>
      runs.length === 0
        ? ["There was none yet."]
        : table(
            runs,
            [
              { head: "RUN", of: (run) => run.id, right: true },
              { head: "BEGUN", of: (run) => run.createdAt },
              { head: "STATE", of: ({ state, phase }) => (state === "running" ? phase : state) },
              { head: "SENT", of: ({ sent, planned }) => `${sent}/${planned}`, right: true },
              { head: "BY", of: (run) => run.operator },
              { head: "WHY", of: (run) => run.reason },
              { head: "OUTCOME", of: outcomeOf },
            ],
            output.columns,
          ),
    );
  });
}

/** What is known of its end, and who had it go on. */
function outcomeOf(run: ReportedRun): string | null {
  const { outcome, diedAgain, lastAction } = run;
  const parts = [
    ...(lastAction?.action === "dead redrive resume"
      ? [`resumed by ${lastAction.operator}: ${lastAction.reason}`]
      : []),
    ...(outcome === null ? [] : [outcome]),
    ...(diedAgain.length > 0 ? [describeDiedAgain(run)] : []),
  ];
  return parts.length > 0 ? parts.join("; ") : null;
}
