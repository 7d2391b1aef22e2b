import type { Command } from "commander";

import type { OpenContext } from "../context.ts";
import { causesCommand } from "./dead/causes.ts";
import { listCommand } from "./dead/list.ts";

export function deadCommands(program: Command, open: OpenContext): void {
  const dead = program
    .command("dead")
    .description("the dead-letter desk: see why jobs died, correct them, send them back");
  causesCommand(dead, open);
  listCommand(dead, open);
}
