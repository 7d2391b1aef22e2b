import type { Command } from "commander";

import type { OpenContext } from "../context.ts";
import { examples } from "../help.ts";
import { causesCommand } from "./dead/causes.ts";
import { dropCommand } from "./dead/drop.ts";
import { editCommand } from "./dead/edit.ts";
import { exportCommand } from "./dead/export.ts";
import { historyCommand } from "./dead/history.ts";
import { listCommand } from "./dead/list.ts";
import { redriveCommand } from "./dead/redrive.ts";
import { redrivesCommand } from "./dead/redrives.ts";
import { showCommand } from "./dead/show.ts";

export function deadCommands(program: Command, open: OpenContext): void {
  const dead = program
    .command("dead")
    .summary("dead letters: see why jobs died, correct them, send them back")
    .description(
      "The dead-letter desk. A job that could not be done lies here as a letter, with its payload, error, stack " +
        "and attempts, until somebody sends it back (redrive) or drops it.",
    );
  examples(dead, [
    ["dead causes --since 1h", "1. what fails, grouped by its cause"],
    ["dead list --to example.org", "2. which jobs that is"],
    ["dead show 42", "3. everything about one of them"],
    [
      'dead redrive --to example.org --canary 5 --reason "their server is back"',
      "4. once the cause is gone: 5 first, then all",
    ],
  ]);
  for (const add of [
    causesCommand,
    listCommand,
    showCommand,
    historyCommand,
    redriveCommand,
    redrivesCommand,
    editCommand,
    dropCommand,
    exportCommand,
  ])
    add(dead, open);
}
