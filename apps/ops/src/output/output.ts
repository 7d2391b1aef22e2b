import { once } from "node:events";
import { createInterface } from "node:readline/promises";

import { exitCodes, InterruptedError, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../run.ts";
import { startProgress, type Progress } from "./progress.ts";

/** Results go to standard output, everything else to the other. */
export type Output = {
  asJson(json: boolean): void;
  readonly json: boolean;
  /** Characters in a line; unlimited where no terminal is. */
  readonly columns: number;
  /** The result: for scripts the value as it is, for people the lines. */
  result(value: unknown, lines: () => readonly string[]): void;
  /** One line of standard output, as it is: for results that come bit by bit. Waits for slow readers. */
  line(text: string): Promise<void>;
  /** A result that replaces itself: on a terminal over what was shown before. */
  screen(value: unknown, lines: () => readonly string[]): void;
  /** For people, beside the result. */
  note(text: string): void;
  /** Something is not as it should be: exit code 1. */
  problem(text: string): void;
  exitCode(): ExitCode;
  /** Shown on a terminal only. */
  progress(what: string, total: number): Progress;
  canAsk(): boolean;
  /** Fails with an InterruptedError at Ctrl-C. */
  ask(question: string): Promise<boolean>;
  /** While this is held, Ctrl-C does not end the command but aborts the signal. */
  onInterrupt(): { signal: AbortSignal } & Disposable;
  /** All that comes on standard input. */
  input(): Promise<string>;
};

export function createOutput({ stdin, stdout, stderr, onInterrupt }: Terminal): Output {
  let json = false;
  let exitCode: ExitCode = exitCodes.fine;
  // Over a progress bar, which is drawn again below.
  const overBar = stderr.isTTY ? "\r\u001b[K" : "";
  const note = (text: string) => void stderr.write(`${overBar}${visible(text)}\n`);
  return {
    asJson: (wanted) => void (json = wanted),
    get json() {
      return json;
    },
    columns: (stdout.isTTY && stdout.columns) || Infinity,
    result(value, lines) {
      const text = json ? JSON.stringify(value, undefined, 2) : lines().join("\n");
      stdout.write(`${visible(text)}\n`);
    },
    screen(value, lines) {
      if (json) return void stdout.write(`${visible(JSON.stringify(value))}\n`);
      // Home, and away with the rest: without a flash between two screens.
      const over = stdout.isTTY ? "\u001b[H\u001b[J" : "";
      stdout.write(`${over}${visible(lines().join("\n"))}\n`);
    },
    async line(text) {
      if (!stdout.write(`${visible(text)}\n`)) await once(stdout, "drain");
    },
    note,
    problem(text) {
      note(text);
      exitCode = exitCodes.problem;
    },
    exitCode: () => exitCode,
    progress: (what, total) => startProgress(stderr, what, total),
    canAsk: () => Boolean(stdin.isTTY && stderr.isTTY),
    async ask(question) {
      const terminal = createInterface({ input: stdin, output: stderr });
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      terminal.on("SIGINT", () => reject(new InterruptedError("Nothing was changed.")));
      // Ctrl-D, or whoever was there has gone: no.
      terminal.on("close", () => resolve(""));
      terminal.question(`${visible(question)} [y/N] `).then(resolve, reject);
      try {
        return /^y(es)?$/i.test((await promise).trim());
      } catch (error) {
        stderr.write("\n");
        throw error;
      } finally {
        terminal.close();
      }
    },
    onInterrupt() {
      const interrupted = new AbortController();
      const listening = onInterrupt?.(() => interrupted.abort());
      return {
        signal: interrupted.signal,
        [Symbol.dispose]: () => listening?.[Symbol.dispose](),
      };
    },
    async input() {
      const chunks: Buffer[] = [];
      for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks).toString();
    },
  };
}

/** Errors and payloads hold what strangers wrote: no character of it may steer the terminal. */
export function visible(text: string): string {
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- they are what it is about
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
