import type { Tier } from "../../bundle/tiers.ts";
import { complaints, type Finding } from "../finding.ts";
import type { Settings } from "../settings.ts";

const rolling = "aws:autoscaling:updatepolicy:rollingupdate";
const command = "aws:elasticbeanstalk:command";
const managed = "aws:elasticbeanstalk:managedactions";

/** Deployments, changes of options, and new versions of the platform. */
export function checkUpdates(settings: Settings, tier: Tier): Finding[] {
  const { found, complain } = complaints();
  const maxSize = settings.number("aws:autoscaling:asg", "MaxSize") ?? 4;
  const inService = settings.find(rolling, "MinInstancesInService");
  if (inService && Number(inService.value) >= maxSize) {
    const message = `${inService.value} instances in service of ${maxSize}`;
    complain(inService, message, "leave one to replace");
  }
  const batch = settings.find(command, "BatchSize");
  const largest = settings.value(command, "BatchSizeType") === "Fixed" ? maxSize : 100;
  if (batch && Number(batch.value) > largest)
    complain(batch, `a batch of ${batch.value} is more than ${largest}`, "write fewer");
  const policy = settings.find(command, "DeploymentPolicy");
  if (tier === "worker" && policy?.value === "TrafficSplitting")
    complain(policy, "TrafficSplitting needs a load balancer", "write RollingWithAdditionalBatch");
  return [...found, ...checkManagedUpdates(settings)];
}

function checkManagedUpdates(settings: Settings): Finding[] {
  const { found, complain } = complaints();
  const enabled = settings.find(managed, "ManagedActionsEnabled");
  const start = settings.find(managed, "PreferredStartTime");
  const level = settings.find(`${managed}:platformupdate`, "UpdateLevel");
  if (enabled?.value !== "true") {
    const cure = "set ManagedActionsEnabled to true";
    const set = start ?? level;
    if (set) complain(set, "managed updates are described, and not enabled", cure);
    return found;
  }
  if (!start) complain(enabled, "managed updates have no time", "set PreferredStartTime");
  if (!level) complain(enabled, "managed updates have no level", "set UpdateLevel");
  const health = settings.value("aws:elasticbeanstalk:healthreporting:system", "SystemType");
  if (health === "basic")
    complain(enabled, "managed updates need enhanced health", "set SystemType to enhanced");
  return found;
}
