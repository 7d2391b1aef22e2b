import type { Tier } from "../../bundle/tiers.ts";
import { complaints, type Finding } from "../finding.ts";
import type { Settings } from "../settings.ts";

const trigger = "aws:autoscaling:trigger";

const unitOf: Readonly<Record<string, string>> = {
  CPUUtilization: "Percent",
  TargetResponseTime: "Seconds",
  Latency: "Seconds",
  RequestCount: "Count",
  HealthyHostCount: "Count",
  UnhealthyHostCount: "Count",
  NetworkIn: "Bytes",
  NetworkOut: "Bytes",
};

/** The built-in trigger: what it measures, in what, and for how long. */
export function checkScaling(settings: Settings, tier: Tier): Finding[] {
  const { found, complain } = complaints();
  const breach = settings.find(trigger, "BreachDuration");
  const period = settings.number(trigger, "Period") ?? 5;
  const periods = settings.number(trigger, "EvaluationPeriods") ?? 1;
  if (breach && !breach.isOpen && Number(breach.value) !== period * periods)
    complain(
      breach,
      `BreachDuration is ${breach.value}, Period × EvaluationPeriods ${period * periods}`,
      `write ${period * periods}`,
    );

  const measure = settings.find(trigger, "MeasureName");
  if (!measure || measure.isOpen) return found;
  const unit = unitOf[measure.value];
  if (unit && (settings.value(trigger, "Unit") ?? "Bytes") !== unit)
    complain(measure, `${measure.value} is not counted in that Unit`, `write Unit: ${unit}`);
  if (tier === "worker" && /Latency|Response|Request|HostCount/.test(measure.value)) {
    const cure = "a worker has none: measure CPU or queues";
    complain(measure, `${measure.value} needs a load balancer`, cure);
  }
  return found;
}
