import { expect, test } from "vitest";

import { planFaults } from "../src/chaos/schedule.ts";
import { readChaosSettings } from "../src/chaos/settings.ts";
import { pushTroubles, sesTroubles } from "../src/chaos/troubles.ts";
import { runChaos } from "../src/chaos/run-chaos.ts";

test("the same seed gives the same faults, another seed others", () => {
  const names = { workers: ["worker-1", "worker-2"], others: ["web-1", "enqueuer-1"] };
  const faults = planFaults(7, 300_000, names);
  expect(planFaults(7, 300_000, names)).toEqual(faults);
  expect(planFaults(8, 300_000, names)).not.toEqual(faults);
  const kinds = new Set(faults.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([
    "expire",
    "foreign",
    "freeze-process",
    "freeze-server",
    "kill",
    "kill-leader",
    "push",
    "ses",
    "stop",
  ]);
  for (const [kind, all] of [
    ["ses", sesTroubles],
    ["push", pushTroubles],
  ] as const) {
    const seen = new Set(faults.flatMap((each) => (each.kind === kind ? [each.how] : [])));
    expect([...seen].sort()).toEqual([...all].sort());
  }
});

test("who mistypes an option is told where to read on", () => {
  expect(() => readChaosSettings(["--bogus"])).toThrow(/Unknown option '--bogus'.*--help/);
  expect(() => readChaosSettings(["--jobs", "many"])).toThrow(/--jobs/);
});

// The long form is `npm run chaos`.
test("nothing is lost and nothing done twice while processes die and servers stop", async () => {
  const report = await runChaos(
    { jobs: 300, minutes: 0.14, seed: 1 },
    () => {},
    new AbortController().signal,
  );
  expect(report.differences).toEqual([]);
  expect(report).toMatchObject({ lost: 0, doubled: 0, stuck: 0 });
  expect(report.jobs).toBeGreaterThan(250);
  expect(report.notifications).toBeGreaterThan(0);
  expect(report.tally.pushesArrived).toBeGreaterThan(0);
  expect(report.tally.ticks.came).toBeGreaterThan(0);
  expect(Object.values(report.kills).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(3);
}, 300_000);
