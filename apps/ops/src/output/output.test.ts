import { PassThrough } from "node:stream";

import { expect, test } from "vitest";

import { InterruptedError } from "../exit-codes.ts";
import { createOutput } from "./output.ts";

function asked() {
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const [stdin, stdout, stderr] = [terminal(), terminal(), terminal()];
  const output = createOutput({ name: "ops", environment: () => ({}), stdin, stdout, stderr });
  return { answer: output.ask("Go?"), stdin, shown: () => String(stderr.read()) };
}

test.each([
  ["y\r", true],
  ["yes\r", true],
  ["\r", false],
  ["\u0004", false],
])("the answer %j means %s", async (typed, meant) => {
  const { answer, stdin } = asked();
  stdin.write(typed);
  expect(await answer).toBe(meant);
});

test("Ctrl-C at a question ends the command, on a line of its own", async () => {
  const { answer, stdin, shown } = asked();
  stdin.write("\u0003");
  await expect(answer).rejects.toThrow(InterruptedError);
  expect(shown()).toMatch(/\[y\/N\] .*\n$/s);
});
