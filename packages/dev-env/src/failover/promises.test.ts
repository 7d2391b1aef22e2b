import { expect, test } from "vitest";

import type { Asked, Kind } from "../load/asked.ts";
import type { Saw } from "../load/saw.ts";
import { faults } from "./faults.ts";
import { brokenPromises } from "./promises.ts";
import type { Row } from "./report.ts";

const course = { began: 1_000, noticed: 2_000, mended: 3_000 };
const asked = (kind: Kind, saw: Saw, at = 1_500): Asked => ({ kind, saw, at, milliseconds: 10 });

/** All went as promised, but for what is given. */
function broken(name: string, { asked: some = [], ...more }: Partial<Row["observed"]> = {}) {
  const fault = faults.find((each) => each.name === name);
  if (!fault) throw new Error(`There is no fault ${name}`);
  const observed: Row["observed"] = {
    course,
    asked: some,
    health: { checks: 10, failed: [] },
    sessions: { held: 4, lost: [] },
    waited: { jobs: 1, mails: 1 },
    people: { afterMs: 0 },
    jobs: { afterMs: 0 },
    ...more,
  };
  return brokenPromises({
    fault,
    observed,
    books: { differences: [], charged: [], handedBack: 0 },
    unanswered: 0,
  });
}

test("a web process that dies costs what was sent to it until that was noticed, and nothing after", () => {
  const costs = (saw: Saw, at: number) =>
    broken("web-process", { asked: [asked("own page", saw, at)] });
  expect(costs("502", 990)).toEqual([]);
  expect(costs("starting 503", 1_999)).toEqual([]);
  expect(costs("502", 2_001)).toEqual(["1 × own page: 502"]);
  expect(costs("signed out", 1_500)).toEqual(["1 × own page: signed out"]);
  expect(costs("status 500", 1_500)).toEqual(["1 × own page: status 500"]);
});

test("instances that are replaced in order, and workers that die, cost nothing", () => {
  for (const name of ["web-replace", "worker-process", "worker-instance"])
    expect(broken(name, { asked: [asked("front page", "502")] })).toEqual(["1 × front page: 502"]);
});

test("a dependency that is away shows as it is promised, and not as if it were there", () => {
  const sees = (name: string, kind: Kind, saw: Saw, at?: number) =>
    broken(name, { asked: [asked(kind, saw, at)] });
  expect(sees("redis", "own front page", "as a visitor")).toEqual([]);
  expect(sees("redis", "own front page", "signed out")).toHaveLength(1);
  expect(sees("redis", "front page", "honest 503")).toHaveLength(1);
  expect(sees("database", "front page", "marked")).toEqual([]);
  expect(sees("database", "front page", "answer")).toEqual([]);
  const long = { ...course, mended: 20_000 };
  const late = { course: long, asked: [asked("front page", "answer", 9_000)] };
  expect(broken("database", late)).toEqual(["1 × front page: answer"]);
  expect(sees("database", "photo page", "status 500")).toHaveLength(1);
  expect(sees("s3", "direct upload", "no storage")).toEqual([]);
  expect(sees("sqs", "upload", "honest 503")).toHaveLength(1);
  // On its way when the outage began or ended: it may have been in time.
  expect(sees("database", "photo page", "answer", 995)).toEqual([]);
  expect(sees("database", "photo page", "answer", 3_100)).toEqual([]);
});

test("a health check that fails while a dependency is away would empty the fleet", () => {
  const health = { checks: 10, failed: ["web-1: 503"] };
  expect(broken("redis", { health })).toEqual(["health check: web-1: 503"]);
  expect(broken("web-process", { health })).toEqual([]);
});

test("people who are signed out, what never gets normal, and outages that touched nothing are told", () => {
  expect(broken("ses", { sessions: { held: 1, lost: ["ida: signed out"] } })).toEqual([
    "signed out: ida: signed out",
  ]);
  expect(broken("sqs", { jobs: { never: "3 jobs from before have no end" } })).toEqual([
    "not normal: 3 jobs from before have no end",
  ]);
  expect(broken("sqs", { waited: { jobs: 0, mails: 0 } })).toEqual(["no job waited for SQS"]);
  expect(broken("ses", { waited: { jobs: 1, mails: 0 } })).toEqual(["no mail waited for SES"]);
});
