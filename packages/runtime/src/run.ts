import { ConfigError } from "./environment.ts";
import { messageOf } from "./errors.ts";

/** Elastic Beanstalk kills 30 s after SIGTERM; 25 s leaves the platform its own time. */
const graceMs = 25_000;

/**
 * Starts a program and keeps it until SIGTERM or SIGINT, then disposes of it.
 * The process ends by having nothing left to do; the timer is the last resort.
 */
export async function run(start: () => Promise<AsyncDisposable>): Promise<void> {
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) =>
    stop.signal.addEventListener("abort", () => resolve()),
  );
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.abort());

  try {
    await using _program = await start();
    await stopped;
    setTimeout(() => process.exit(1), graceMs).unref();
  } catch (error) {
    process.stderr.write(
      `${error instanceof ConfigError ? error.message : `Could not go on: ${messageOf(error)}`}\n`,
    );
    process.exitCode = 1;
    // What failed half-way may have left a connection open that would keep the process.
    setTimeout(() => process.exit(1), 1_000).unref();
  }
}

/** A program that does one thing and ends: what goes wrong is one line and exit code 1. */
export async function runOnce(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}
