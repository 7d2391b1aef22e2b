import type { Command } from "commander";

/** Adds `Examples:` to a command's help: what to type behind the program's name, and what for. */
export function examples(command: Command, lines: readonly (readonly [string, string])[]): Command {
  return command.addHelpText("after", () => {
    const name = rootOf(command).name();
    const width = Math.max(...lines.map(([typed]) => typed.length));
    const shown = lines.map(([typed, what]) => `  ${name} ${typed.padEnd(width)}  ${what}`);
    return `\nExamples:\n${shown.join("\n")}`;
  });
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command;
}
