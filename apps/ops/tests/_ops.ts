import { PassThrough, Readable, Writable } from "node:stream";

import type { TestEnv } from "@tendril/dev-env";
import type { Clock } from "@tendril/runtime";
import type { z } from "zod";

import { runOps } from "../src/run.ts";

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
}

export function opsOf(
  { environment }: Pick<TestEnv, "environment">,
  { clock }: { clock?: Clock } = {},
): Ops {
  const shell = { USER: "ida", INSTANCE_ID: "laptop", ...environment };
  const call = async (stdin: Readable, args: string[], columns?: number): Promise<Said> => {
    const out = collect();
    const err = collect();
    const stdout =
      columns === undefined ? out.stream : Object.assign(out.stream, { isTTY: true, columns });
    const terminal = { stdin, stdout, stderr: err.stream, ...(clock && { clock }) };
    const code = await runOps(args, { name: "ops", environment: () => shell, ...terminal });
    return { code, out: out.text(), err: err.text() };
  };
  const ops = (...args: string[]) => call(new PassThrough().end(), args);
  return Object.assign(ops, {
    wide: (columns: number, ...args: string[]) => call(new PassThrough().end(), args, columns),
    given: (input: string, ...args: string[]) => call(Readable.from([input]), args),
    async json<Schema extends z.ZodType>(schema: Schema, ...args: string[]) {
      const { out, err } = await ops(...args, "--json");
      if (out === "") throw new Error(`Nothing came of ${args.join(" ")}: ${err}`);
      return schema.parse(JSON.parse(out));
    },
  });
}

function collect() {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { stream, text: () => text };
}
