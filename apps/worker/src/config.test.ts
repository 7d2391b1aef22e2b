import { readFileSync } from "node:fs";

import { ConfigError, type Environment } from "@tendril/runtime";
import { expect, test } from "vitest";

import { readConfig } from "./config.ts";

test("the example file names exactly the variables that are read, each with a word about it", () => {
  const read = new Set<string>();
  const asked = new Proxy<Environment>({}, { get: (_, name) => void read.add(String(name)) });
  expect(() => readConfig(asked)).toThrow(ConfigError);

  const lines = readFileSync(new URL("../.env.example", import.meta.url), "utf8").split("\n");
  const names = lines.flatMap((line) => /^(?:# )?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1] ?? []);
  expect(names.toSorted()).toEqual([...read].toSorted());
  for (const name of names) {
    const at = lines.findIndex((line) => line.replace("# ", "").startsWith(`${name}=`));
    expect(lines[at - 1]).toMatch(/^# [A-Z]/);
  }
});
