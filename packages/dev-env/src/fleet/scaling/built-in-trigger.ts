import type { BundleConfig, Resource } from "../../platform/config-files.ts";

/** Two alarms and two policies that each environment has, made from `aws:autoscaling:trigger`. */
export function builtInTrigger(options: BundleConfig["options"]): Map<string, Resource> {
  const trigger = options.get("aws:autoscaling:trigger") ?? {};
  const option = (name: string, otherwise: string) => trigger[name] ?? otherwise;
  const minutes = Number(option("Period", "5"));
  const periods = Number(option("BreachDuration", "5")) / minutes;
  const measure = option("MeasureName", "NetworkOut");
  const alarm = (bound: "Upper" | "Lower", comparison: string, threshold: string) => ({
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      // The name that a classic load balancer has for it.
      MetricName: measure === "Latency" ? "TargetResponseTime" : measure,
      Statistic: option("Statistic", "Average"),
      Period: minutes * 60,
      EvaluationPeriods: option("EvaluationPeriods", String(periods)),
      Threshold: option(`${bound}Threshold`, threshold),
      ComparisonOperator: comparison,
      AlarmActions: [{ Ref: policyNames[bound] }],
    },
  });
  const policy = (bound: "Upper" | "Lower", increment: string) => ({
    Type: "AWS::AutoScaling::ScalingPolicy",
    Properties: {
      AdjustmentType: "ChangeInCapacity",
      ScalingAdjustment: option(`${bound}BreachScaleIncrement`, increment),
    },
  });
  return new Map<string, Resource>([
    ["AWSEBCloudwatchAlarmHigh", alarm("Upper", "GreaterThanThreshold", "6000000")],
    ["AWSEBCloudwatchAlarmLow", alarm("Lower", "LessThanThreshold", "2000000")],
    [policyNames.Upper, policy("Upper", "1")],
    [policyNames.Lower, policy("Lower", "-1")],
  ]);
}

const policyNames = {
  Upper: "AWSEBAutoScalingScaleUpPolicy",
  Lower: "AWSEBAutoScalingScaleDownPolicy",
};
