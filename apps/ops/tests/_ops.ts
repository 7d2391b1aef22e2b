import { PassThrough, Readable, Writable } from "node:stream";

import type { TestEnv } from "@tendril/dev-env";
import type { Clock } from "@tendril/runtime";
import type { z } from "zod";

import { runOps, type Terminal } from "../src/run.ts";

export type Said = { code: number; out: string; err: string };

/** The command line of a test's system, as its operator calls it. */
export interface Ops {
  (...args: string[]): Promise<Said>;
  /** With --json, read by that schema. */
  json<Schema extends z.ZodType>(schema: Schema, ...args: string[]): Promise<z.output<Schema>>;
  /** On a terminal of so many columns. */
  wide(columns: number, ...args: string[]): Promise<Said>;
  /** With something on standard input. */
  given(input: string, ...args: string[]): Promise<Said>;
  /** On a terminal where somebody says yes, after something else has happened. */
  agreed(meanwhile: () => Promise<void>, ...args: string[]): Promise<Said>;
}

export function opsOf(
  { environment }: Pick<TestEnv, "environment">,
  { clock }: { clock?: Clock } = {},
): Ops {
  const shell = { USER: "ida", INSTANCE_ID: "laptop", ...environment };
  const call = async (
    stdin: Terminal["stdin"],
    args: string[],
    { columns, err = collect() }: { columns?: number; err?: ReturnType<typeof collect> } = {},
  ): Promise<Said> => {
    const out = collect();
    const stdout =
      columns === undefined ? out.stream : Object.assign(out.stream, { isTTY: true, columns });
    const terminal = { stdin, stdout, stderr: err.stream, ...(clock && { clock }) };
    const code = await runOps(args, { name: "ops", environment: () => shell, ...terminal });
    return { code, out: out.text(), err: err.text() };
  };
  const ops = (...args: string[]) => call(new PassThrough().end(), args);
  return Object.assign(ops, {
    wide: (columns: number, ...args: string[]) => call(new PassThrough().end(), args, { columns }),
    given: (input: string, ...args: string[]) => call(Readable.from([input]), args),
    agreed(meanwhile: () => Promise<void>, ...args: string[]) {
      const stdin = Object.assign(new PassThrough(), { isTTY: true });
      const answer = async (said: string) => {
        if (!said.includes("[y/N]")) return;
        await meanwhile();
        stdin.end("y\n");
      };
      const err = collect((said) => void answer(said).catch((error) => stdin.destroy(error)));
      Object.assign(err.stream, { isTTY: true });
      return call(stdin, args, { err });
    },
    async json<Schema extends z.ZodType>(schema: Schema, ...args: string[]) {
      const { out, err } = await ops(...args, "--json");
      if (out === "") throw new Error(`Nothing came of ${args.join(" ")}: ${err}`);
      return schema.parse(JSON.parse(out));
    },
  });
}

function collect(listen?: (said: string) => void) {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      listen?.(chunk.toString());
      done();
    },
  });
  return { stream, text: () => text };
}
