import { expect, it } from "vitest";

import type { BundleConfig, Resource } from "../../platform/config-files.ts";
import { readDeployedRule } from "../../testing/deployed-rule.ts";
import { readScalingRule } from "./read-rule.ts";

function config(
  options: Record<string, Record<string, string>>,
  resources: Record<string, Resource["Properties"]> = {},
): BundleConfig {
  const typed = Object.entries(resources).map(([name, Properties]) => {
    const Type = "AlarmActions" in Properties ? "AWS::CloudWatch::Alarm" : "AWS::Some::Thing";
    return [name, { Type, Properties }] as const;
  });
  return {
    options: new Map(Object.entries(options)),
    resources: new Map(typed),
    commands: [],
    containerCommands: [],
    notPlayed: [],
  };
}

it("reads how the web tier scales from the files that are deployed", async () => {
  const rule = await readDeployedRule("web");
  expect(rule).toMatchObject({ minSize: 2, maxSize: 6, periodSeconds: 60 });
  expect(rule.alarms).toMatchObject([
    {
      figure: { metric: { name: "TargetResponseTime", statistic: "Average" } },
      comparison: "GreaterThanThreshold",
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      policies: [{ adjustment: 1, cooldownSeconds: 300 }],
    },
    {
      comparison: "LessThanThreshold",
      threshold: 0.5,
      treatMissingData: "breaching",
      policies: [{ adjustment: -1, cooldownSeconds: 300 }],
    },
  ]);
});

it("reads how the worker tier scales, without the built-in alarms that do nothing there", async () => {
  const rule = await readDeployedRule("worker", { QUEUE_PREFIX: "shop" });
  expect(rule).toMatchObject({ minSize: 1, maxSize: 4, periodSeconds: 60 });
  expect(rule.alarms.map(({ name, policies }) => [name, policies])).toEqual([
    ["WorkersBusy", [{ name: "OneWorkerMore", adjustment: 1, cooldownSeconds: 180 }]],
    ["WorkersIdle", [{ name: "OneWorkerLess", adjustment: -1, cooldownSeconds: 300 }]],
  ]);
});

it("knows what the platform does by itself", () => {
  const rule = readScalingRule(config({}));
  expect(rule).toMatchObject({ minSize: 1, maxSize: 4, periodSeconds: 300 });
  expect(rule.alarms).toMatchObject([
    { threshold: 6_000_000, evaluationPeriods: 1, policies: [{ cooldownSeconds: 360 }] },
    { threshold: 2_000_000, treatMissingData: "missing" },
  ]);
});

it("takes the number of periods from the duration of a breach, where it alone is given", () => {
  const trigger = { Period: "1", BreachDuration: "3" };
  const { alarms } = readScalingRule(config({ "aws:autoscaling:trigger": trigger }));
  expect(alarms.map(({ evaluationPeriods }) => evaluationPeriods)).toEqual([3, 3]);
});

it("leaves out alarms that ask nobody", () => {
  const silent = { AlarmActions: [{ Ref: "AWS::NoValue" }] };
  const rule = readScalingRule(
    config({}, { AWSEBCloudwatchAlarmHigh: silent, AWSEBCloudwatchAlarmLow: silent }),
  );
  expect(rule.alarms).toEqual([]);
});

it("says what it cannot play", () => {
  const half = { ComparisonOperator: "About", AlarmActions: [] };
  expect(() => readScalingRule(config({}, { Alarm: half }))).toThrow(/Alarm: cannot be played/);
});
