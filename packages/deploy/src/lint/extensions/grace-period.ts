import { finding, type Finding } from "../finding.ts";
import type { Settings } from "../settings.ts";
import { member, textOf, type YamlFile } from "../yaml.ts";

/** Seconds that the platform gives commands beyond their Timeout, and that a launch takes before them. */
const added = 240;
const launch = 180;

/** A new instance answers nothing while its commands run; a group that asks the load balancer would end it meanwhile. */
export function checkGracePeriod(
  yaml: YamlFile,
  resources: unknown,
  settings: Settings,
): Finding[] {
  const group = member(member(resources, "AWSEBAutoScalingGroup"), "Properties");
  const type = member(group, "HealthCheckType");
  if (textOf(type) !== "ELB") return [];
  const grace = member(group, "HealthCheckGracePeriod");
  const timeout = settings.number("aws:elasticbeanstalk:command", "Timeout") ?? 600;
  const needed = timeout + added + launch;
  if (Number(textOf(grace)) >= needed) return [];
  const at = yaml.at(grace ?? type);
  return [
    finding(
      at,
      `a new instance may take ${needed} s until it answers, and is ended before`,
      `write HealthCheckGracePeriod: ${needed} or more, or a shorter Timeout`,
    ),
  ];
}
