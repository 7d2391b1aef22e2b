import { expect, test } from "vitest";

import { troubleFilter } from "./log-lines.ts";

test("shows warnings, errors and what is no log line, each once in a while", () => {
  const shown: string[] = [];
  let now = 0;
  const filter = troubleFilter(
    "web",
    (line) => shown.push(line),
    () => now,
  );
  const log = (level: string, msg: string, err?: object) =>
    filter(JSON.stringify({ level, msg, err }));
  log("info", "request");
  log("warn", "Redis is away");
  log("warn", "Redis is away");
  log("error", "request failed", { message: "connect ECONNREFUSED\n    at …" });
  filter("SyntaxError: Unexpected token");
  filter("");
  expect(shown).toEqual([
    "! web: Redis is away",
    "! web: request failed: connect ECONNREFUSED",
    "! web: SyntaxError: Unexpected token",
  ]);
  now = 5_000;
  log("warn", "Redis is away");
  expect(shown).toHaveLength(4);
});
