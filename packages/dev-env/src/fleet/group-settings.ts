import { seconds } from "@tendril/runtime";
import { z } from "zod";

import { readConfigFiles } from "../platform/config-files.ts";

/** What the bundle's `.ebextensions` say about when an instance serves, and when another takes its place. */
export type GroupSettings = {
  min: number;
  max: number;
  healthPath: string;
  healthPauseMs: number;
  unhealthyAfter: number;
  drainMs: number;
};

const health = z.object({
  HealthCheckPath: z.string().default("/"),
  HealthCheckInterval: z.coerce.number().default(15),
  UnhealthyThresholdCount: z.coerce.number().default(5),
  DeregistrationDelay: z.coerce.number().default(20),
});
const size = z.object({
  MinSize: z.coerce.number().default(1),
  MaxSize: z.coerce.number().default(4),
});

/** From a folder that holds a bundle; its times are divided by the lapse. */
export async function readGroupSettings(
  bundle: string,
  region: string,
  timeLapse: number,
): Promise<GroupSettings> {
  const { options } = await readConfigFiles(bundle, region);
  const checks = health.parse(
    options.get("aws:elasticbeanstalk:environment:process:default") ?? {},
  );
  const { MinSize, MaxSize } = size.parse(options.get("aws:autoscaling:asg") ?? {});
  return {
    min: MinSize,
    max: MaxSize,
    healthPath: checks.HealthCheckPath,
    healthPauseMs: seconds(checks.HealthCheckInterval) / timeLapse,
    unhealthyAfter: checks.UnhealthyThresholdCount,
    drainMs: seconds(checks.DeregistrationDelay) / timeLapse,
  };
}
