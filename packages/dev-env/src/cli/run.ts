import { oneLine, UserError } from "../user-error.ts";

/** Runs a command: what goes wrong is one line on the terminal and the exit code. */
export async function run(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    const stopped = error instanceof DOMException && error.name === "AbortError";
    if (!stopped) process.stderr.write(`${oneLine(error)}\n`);
    if (!stopped && !(error instanceof UserError) && process.env["DEBUG"]) console.error(error);
    process.exitCode = stopped ? 0 : 1;
  }
  // Nothing is left to do; should something hang, the process does not.
  setTimeout(() => process.exit(), 2_000).unref();
}
