import type { Command } from "commander";

import type { OpenContext } from "../context.ts";
import { peekCommand } from "./queue/peek.ts";
import { purgeCommand } from "./queue/purge.ts";
import { redriveCommand } from "./queue/redrive.ts";

export function queueCommands(program: Command, open: OpenContext): void {
  const queue = program
    .command("queue")
    .description("raw SQS, also while the database is away: look, move back, empty");
  peekCommand(queue, open);
  redriveCommand(queue, open);
  purgeCommand(queue, open);
}
