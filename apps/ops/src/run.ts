import type { Readable, Writable } from "node:stream";

import { isDatabaseAway } from "@tendril/database";
import {
  ConfigError,
  InvalidInputError,
  messageOf,
  type Clock,
  type Environment,
} from "@tendril/runtime";
import { CommanderError } from "commander";

import { createContext } from "./context.ts";
import { exitCodes, InterruptedError, type ExitCode } from "./exit-codes.ts";
import { createOutput, visible } from "./output/output.ts";
import { buildProgram } from "./program.ts";

export type Terminal = {
  /** How this program is called here. */
  name: string;
  /** Asked once a command needs its settings. */
  environment: () => Environment;
  stdin: Readable & { isTTY?: boolean };
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean; columns?: number };
  /** Who listens is told of Ctrl-C, which otherwise ends the process. */
  onInterrupt?: (listener: () => void) => Disposable;
  clock?: Clock;
};

/** That of this process, for whoever starts it. */
export function ownTerminal(): Pick<Terminal, "stdin" | "stdout" | "stderr" | "onInterrupt"> {
  const { stdin, stdout, stderr } = process;
  // `… | head` has read enough.
  stdout.on("error", (error) => {
    if ("code" in error && error.code === "EPIPE") process.exit(exitCodes.fine);
    throw error;
  });
  const onInterrupt = (listener: () => void) => {
    process.on("SIGINT", listener);
    return { [Symbol.dispose]: () => void process.off("SIGINT", listener) };
  };
  return { stdin, stdout, stderr, onInterrupt };
}

/** One call of the command line, to its end; answers the exit code. */
export async function runOps(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { name, environment, stdout, stderr, clock } = terminal;
  await using resources = new AsyncDisposableStack();
  const writers = {
    writeOut: (text: string) => void stdout.write(text),
    writeErr: (text: string) => void stderr.write(text),
    outputError: (text: string, write: (text: string) => void) => write(inOurWords(text)),
  };
  const program = buildProgram(name, writers, () => {
    const { json = false, as } = program.opts<{ json?: boolean; as?: string }>();
    output.asJson(json);
    const parts = { name, environment: environment(), output, as, ...(clock && { clock }) };
    return (context ??= createContext(parts, resources));
  });
  const output = createOutput(terminal);
  let context: ReturnType<typeof createContext> | undefined;
  try {
    await program.parseAsync(args, { from: "user" });
    return output.exitCode();
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.fine : exitCodes.wrongUse;
    }
    stderr.write(`${visible(explain(error))}\n`);
    if (error instanceof InterruptedError) return exitCodes.interrupted;
    return error instanceof InvalidInputError ? exitCodes.wrongUse : exitCodes.problem;
  }
}

/** Of an option's value the library says much before it comes to what is wrong with it. */
function inOurWords(text: string): string {
  return text
    .replace(
      /^error: (?:option '(?:-\w, )?(--[\w-]+)[^']*'|command-argument value) (?:argument )?'?(.*?)'? is invalid(?: for argument '(.*?)')?\. /s,
      (_, option?: string, value = "", argument?: string) =>
        `${option ?? argument ?? ""} ${value}: `.trimStart(),
    )
    .replace("Allowed choices are", "Possible are")
    .replace(/^error: (.)/, (_, first: string) => first.toUpperCase());
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (isDatabaseAway(error))
    return `The database went away (${messageOf(error)}): what was not reported as done was not done.`;
  return messageOf(error);
}
