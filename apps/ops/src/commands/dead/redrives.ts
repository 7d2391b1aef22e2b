import { listRedrives } from "@tendril/operations";
import type { Command } from "commander";

import type { OpenContext } from "../../context.ts";
import { examples } from "../../help.ts";
import { table } from "../../output/table.ts";
import { parseCount, when } from "../../output/words.ts";
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
    const runs = await listRedrives(await operations());
    output.result(runs, () =>
      runs.length === 0
        ? ["There was none yet."]
        : table(
            runs,
            [
              { head: "RUN", of: (run) => run.id, right: true },
              { head: "BEGUN", of: (run) => when(run.createdAt) },
              { head: "STATE", of: ({ state, phase }) => (state === "running" ? phase : state) },
              { head: "SENT", of: ({ sent, planned }) => `${sent}/${planned}`, right: true },
              { head: "BY", of: (run) => run.operator },
              { head: "WHY", of: (run) => run.reason },
              { head: "OUTCOME", of: (run) => run.outcome },
            ],
            output.columns,
          ),
    );
  });
}
