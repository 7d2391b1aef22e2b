import { z } from "zod";

import type { BundleConfig, Resource } from "../../platform/config-files.ts";
import { DeploymentError } from "../../platform/deployment-error.ts";
import type { Variables } from "../../space/environment.ts";
import { builtInTrigger } from "./built-in-trigger.ts";
import { evaluateFunctions } from "./cloud-formation.ts";
import { alarmOf, alarmProperties, periodsOf } from "./read-alarm.ts";
import type { ScalingPolicy, ScalingRule } from "./rule.ts";

const policyProperties = z.object({
  PolicyType: z.literal("SimpleScaling").default("SimpleScaling"),
  AdjustmentType: z.literal("ChangeInCapacity"),
  ScalingAdjustment: z.coerce.number().int(),
  Cooldown: z.coerce.number().min(0).optional(),
});

const groupOptions = z.object({
  MinSize: z.coerce.number().int().min(0).default(1),
  MaxSize: z.coerce.number().int().min(1).default(4),
  Cooldown: z.coerce.number().min(0).default(360),
});

const environmentNamespace = "aws:elasticbeanstalk:application:environment";

/**
 * How a bundle scales: what its files say, over what the platform does by itself. `environment` are the
 * variables that the environment has beside those in the files, as by a saved configuration.
 */
export function readScalingRule(config: BundleConfig, environment: Variables = {}): ScalingRule {
  const options = new Map(config.options).set(environmentNamespace, {
    ...config.options.get(environmentNamespace),
    ...environment,
  });
  const group = parsed(
    "aws:autoscaling:asg",
    groupOptions,
    options.get("aws:autoscaling:asg") ?? {},
  );
  const resources = builtInTrigger(options);
  for (const [name, { Type, Properties }] of config.resources)
    resources.set(name, {
      Type,
      Properties: { ...resources.get(name)?.Properties, ...Properties },
    });
  const ofType = (type: string): [string, Resource][] =>
    [...resources].filter(([, { Type }]) => Type === type);
  const evaluated = ({ Properties }: Resource) => evaluateFunctions(Properties, options);

  const policies = new Map<string, ScalingPolicy>();
  for (const [name, resource] of ofType("AWS::AutoScaling::ScalingPolicy")) {
    const { ScalingAdjustment, Cooldown } = parsed(name, policyProperties, evaluated(resource));
    const cooldownSeconds = Cooldown ?? group.Cooldown;
    policies.set(name, { name, adjustment: ScalingAdjustment, cooldownSeconds });
  }
  const periods = new Set<number>();
  const alarms = ofType("AWS::CloudWatch::Alarm").flatMap(([name, resource]) => {
    const properties = parsed(name, alarmProperties, evaluated(resource));
    const asked = properties.AlarmActions.flatMap((action) => policies.get(action) ?? []);
    if (asked.length === 0) return [];
    for (const period of periodsOf(properties)) periods.add(period);
    return [{ ...alarmOf(name, properties), policies: asked }];
  });
  const [periodSeconds = 60, ...others] = periods;
  if (others.length > 0)
    throw new DeploymentError(
      "The alarms that scale",
      "have periods of different lengths",
      `${[...periods].join(", ")} seconds: here they are judged together`,
    );
  return { minSize: group.MinSize, maxSize: group.MaxSize, periodSeconds, alarms };
}

function parsed<T extends z.ZodType>(what: string, schema: T, value: unknown): z.output<T> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new DeploymentError(what, "cannot be played", z.prettifyError(read.error));
}
