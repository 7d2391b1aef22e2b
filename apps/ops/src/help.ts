import type { Command } from "commander";

/** Characters in a line of help. */
const widest = 100;

/** Adds `Examples:` to a command's help: what to type behind the program's name, and what for. */
export function examples(command: Command, lines: readonly (readonly [string, string])[]): Command {
  return command.addHelpText("after", () => {
    const name = rootOf(command).name();
    const width = Math.max(...lines.map(([typed]) => typed.length));
    const beside = lines.map(([typed, what]) => `  ${name} ${typed.padEnd(width)}  ${what}`);
    const below = lines.map(([typed, what]) => `  # ${what}\n  ${name} ${typed}`);
    const fits = beside.every((line) => line.length <= widest);
    return `\nExamples:\n${(fits ? beside : below).join("\n")}`;
  });
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}
