import type { Command } from "commander";

import type { OpenContext } from "../context.ts";
import { examples } from "../help.ts";
import { peekCommand } from "./queue/peek.ts";
import { purgeCommand } from "./queue/purge.ts";
import { redriveCommand } from "./queue/redrive.ts";

export function queueCommands(program: Command, open: OpenContext): void {
  const queue = program
    .command("queue")
    .description("raw SQS, also while the database is away: look, move back, empty");
  examples(queue, [
    ["queue peek media-dead", "what SQS gave up and nobody has filed yet"],
    ["queue redrive media --reason 'decoder is mended'", "back from there, to be worked on"],
    ["queue purge mail-dead --reason 'test messages'", "for good"],
  ]);
  peekCommand(queue, open);
  redriveCommand(queue, open);
  purgeCommand(queue, open);
}
