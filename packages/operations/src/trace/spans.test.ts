import type { TracedJob, TracedLetter } from "@tendril/database";
import { expect, test } from "vitest";

import { spansOf } from "./spans.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 6, 0, 0) + seconds * 1_000);
const iso = (seconds: number) => at(seconds).toISOString();

const job = (more: Partial<TracedJob>): TracedJob => ({
  id: "job",
  generation: 0,
  name: "send-email",
  queue: "mail",
  payload: "{}",
  state: "done",
  attempts: 1,
  runAt: at(0),
  dispatchedAt: at(1),
  worker: "worker-1",
  workerRelease: "abc",
  startedAt: at(3),
  history: "[]",
  parentId: null,
  trace: "test",
  createdAt: at(0),
  finishedAt: at(6),
  ...more,
});

const failed = (attempt: number, times: Record<string, string>) => ({
  attempt,
  worker: "worker-2",
  release: "abc",
  outcome: "failed",
  error: "no",
  ...times,
});

const told = (row: TracedJob, letters: TracedLetter[] = [], now = at(100)) =>
  spansOf(row, letters, now).map(({ kind, from, to }) => [
    kind,
    (from.getTime() - at(0).getTime()) / 1_000,
    to && (to.getTime() - at(0).getTime()) / 1_000,
  ]);

test("a job that succeeds at once waits in the outbox and in its queue", () => {
  expect(told(job({}))).toEqual([
    ["outbox", 0, 1],
    ["queue", 1, 3],
    ["attempt", 3, 6],
  ]);
  expect(spansOf(job({}), [], at(100)).at(-1)).toMatchObject({
    label: "attempt 1, done",
    outcome: "fine",
    instance: "worker-1",
    release: "abc",
  });
});

test("attempts that failed lie before the last, each with its own waits", () => {
  const first = failed(1, { dueAt: iso(0), sentAt: iso(1), startedAt: iso(2), at: iso(4) });
  const times = { runAt: at(9), dispatchedAt: at(11), startedAt: at(12), finishedAt: at(13) };
  const row = job({ attempts: 2, history: JSON.stringify([first]), ...times });
  expect(told(row)).toEqual([
    ["outbox", 0, 1],
    ["queue", 1, 2],
    ["attempt", 2, 4],
    ["pause", 4, 9],
    ["outbox", 9, 11],
    ["queue", 11, 12],
    ["attempt", 12, 13],
  ]);
});

test("what an older release did not note leaves no gap, and nothing wrong", () => {
  const first = failed(1, { at: iso(4) });
  // The start that stands there is of the first attempt: the older release made the second without noting it.
  const times = { runAt: at(9), dispatchedAt: at(11), startedAt: at(2), finishedAt: at(13) };
  const row = job({ attempts: 2, history: JSON.stringify([first]), ...times });
  expect(told(row)).toEqual([
    ["attempt", 0, 4],
    ["pause", 4, 9],
    ["outbox", 9, 11],
    ["attempt", 11, 13],
  ]);
  expect(spansOf(row, [], at(100)).at(-1)?.release).toBeNull();
});

test("a job that died and was sent back tells of both lives", () => {
  const first = failed(1, { dueAt: iso(0), sentAt: iso(1), startedAt: iso(2), at: iso(4) });
  const letter: TracedLetter = {
    id: 7,
    jobId: "job",
    generation: 0,
    attempts: JSON.stringify([first]),
    state: "redriven",
    closedReason: "mended",
    createdAt: at(4),
    closedAt: at(50),
  };
  const times = { runAt: at(50), dispatchedAt: at(51), startedAt: at(52), finishedAt: at(53) };
  expect(told(job({ generation: 1, ...times }), [letter])).toEqual([
    ["outbox", 0, 1],
    ["queue", 1, 2],
    ["attempt", 2, 4],
    ["dead", 4, 50],
    ["outbox", 50, 51],
    ["queue", 51, 52],
    ["attempt", 52, 53],
  ]);
  const open = { ...letter, state: "open" as const, closedReason: null, closedAt: null };
  const dead = job({ state: "dead", history: letter.attempts, finishedAt: at(4) });
  expect(told(dead, [open]).slice(-2)).toEqual([
    ["attempt", 2, 4],
    ["dead", 4, null],
  ]);
});

test.each([
  ["until its time", { dispatchedAt: null, runAt: at(200) }, ["due", 0, null]],
  ["to be sent", { dispatchedAt: null }, ["outbox", 0, null]],
  ["in its queue", {}, ["queue", 1, null]],
])("a job that waits %s has no end yet", (_, more, last) => {
  const row = job({ state: "queued", attempts: 0, startedAt: null, finishedAt: null, ...more });
  expect(told(row).at(-1)).toEqual(last);
});
