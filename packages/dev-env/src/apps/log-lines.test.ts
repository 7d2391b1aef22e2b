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

test("tells ticks that were missed while all was stopped from those that are missed now", () => {
  const shown: string[] = [];
  const begun = Date.parse("2026-11-21T08:00:00Z");
  const filter = troubleFilter(
    "worker",
    (line) => shown.push(line),
    () => begun,
  );
  const missed = (last: string) =>
    filter(JSON.stringify({ level: "error", msg: "ticks were missed", task: "purge", last }));
  missed("2026-11-21T03:15:00.000Z");
  missed("2026-11-20T03:15:00.000Z");
  expect(shown).toEqual([expect.stringContaining("were due while all of this was stopped")]);
  missed("2026-11-21T08:30:00.000Z");
  expect(shown.slice(1)).toEqual(["! worker: ticks were missed"]);
});
