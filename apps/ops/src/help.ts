import type { Command } from "commander";

import { wrap } from "./output/table.ts";

/** Characters in a line of help. */
export const helpWidth = 80;

/** Adds `Examples:` to a command's help: what to type behind the program's name, and what for. */
export function examples(command: Command, lines: readonly (readonly [string, string])[]): Command {
  return command.addHelpText("after", () => {
    const name = rootOf(command).name();
    const width = Math.max(...lines.map(([typed]) => typed.length));
    const beside = lines.map(([typed, what]) => `  ${name} ${typed.padEnd(width)}  ${what}`);
    const below = lines.map(([typed, what]) => `  # ${what}\n  ${name} ${typed}`);
    const fits = beside.every((line) => line.length <= helpWidth);
    return `\nExamples:\n${(fits ? beside : below).join("\n")}`;
  });
}

/** Adds a paragraph to a command's help, below its examples. */
export function remark(command: Command, text: string): Command {
  return command.addHelpText("after", `\n${wrap(text, helpWidth, "").join("\n")}`);
}

/** Whoever calls a command wrongly is told of the help of just that one. */
export function pointToHelp(command: Command): void {
  command.showHelpAfterError(`(${pathOf(command)} --help says how it is called)`);
  for (const each of command.commands) pointToHelp(each);
}

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}
