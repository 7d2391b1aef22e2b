import { seconds } from "@tendril/runtime";
import { z } from "zod";

import { readConfigFiles } from "../platform/config-files.ts";

/** What the bundle's `.ebextensions` say about when an instance serves, and when another takes its place. */
export type GroupSettings = {
  healthPath: string;
  healthPauseMs: number;
  unhealthyAfter: number;
  drainMs: number;
  /** How long one that has just come may be unhealthy. */
  graceMs: number;
};

const health = z.object({
  HealthCheckPath: z.string().default("/"),
  HealthCheckInterval: z.coerce.number().default(15),
  UnhealthyThresholdCount: z.coerce.number().default(5),
  DeregistrationDelay: z.coerce.number().default(20),
});

const group = z.looseObject({ HealthCheckGracePeriod: z.coerce.number().default(0) });

/** From a folder that holds a bundle; its times are divided by the lapse. */
export async function readGroupSettings(
  bundle: string,
  region: string,
  timeLapse: number,
): Promise<GroupSettings> {
  const { options, resources } = await readConfigFiles(bundle, region);
  const checks = health.parse(
    options.get("aws:elasticbeanstalk:environment:process:default") ?? {},
  );
  const { HealthCheckGracePeriod } = group.parse(
    resources.get("AWSEBAutoScalingGroup")?.Properties ?? {},
  );
  return {
    healthPath: checks.HealthCheckPath,
    healthPauseMs: seconds(checks.HealthCheckInterval) / timeLapse,
    unhealthyAfter: checks.UnhealthyThresholdCount,
    drainMs: seconds(checks.DeregistrationDelay) / timeLapse,
    graceMs: seconds(HealthCheckGracePeriod) / timeLapse,
  };
}
