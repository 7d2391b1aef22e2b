import type { Tier } from "../../bundle/tiers.ts";

type BuiltIn = { type: string; tiers: readonly Tier[] };

const everywhere = ["web", "worker"] as const;

/** What the platform creates, by the names under which a file may change it (Developer Guide, "Modifying resources"). */
export const builtInResources: Readonly<Record<string, BuiltIn>> = {
  AWSEBAutoScalingGroup: { type: "AWS::AutoScaling::AutoScalingGroup", tiers: everywhere },
  AWSEBEC2LaunchTemplate: { type: "AWS::EC2::LaunchTemplate", tiers: everywhere },
  AWSEBEnvironmentName: { type: "AWS::ElasticBeanstalk::Environment", tiers: everywhere },
  AWSEBSecurityGroup: { type: "AWS::EC2::SecurityGroup", tiers: everywhere },
  AWSEBCloudwatchAlarmHigh: { type: "AWS::CloudWatch::Alarm", tiers: everywhere },
  AWSEBCloudwatchAlarmLow: { type: "AWS::CloudWatch::Alarm", tiers: everywhere },
  AWSEBAutoScalingScaleUpPolicy: { type: "AWS::AutoScaling::ScalingPolicy", tiers: everywhere },
  AWSEBAutoScalingScaleDownPolicy: { type: "AWS::AutoScaling::ScalingPolicy", tiers: everywhere },
  AWSEBV2LoadBalancer: { type: "AWS::ElasticLoadBalancingV2::LoadBalancer", tiers: ["web"] },
  AWSEBV2LoadBalancerListener: { type: "AWS::ElasticLoadBalancingV2::Listener", tiers: ["web"] },
  AWSEBV2LoadBalancerListenerRule: {
    type: "AWS::ElasticLoadBalancingV2::ListenerRule",
    tiers: ["web"],
  },
  AWSEBV2LoadBalancerTargetGroup: {
    type: "AWS::ElasticLoadBalancingV2::TargetGroup",
    tiers: ["web"],
  },
  AWSEBLoadBalancerSecurityGroup: { type: "AWS::EC2::SecurityGroup", tiers: ["web"] },
  AWSEBWorkerQueue: { type: "AWS::SQS::Queue", tiers: ["worker"] },
  AWSEBWorkerDeadLetterQueue: { type: "AWS::SQS::Queue", tiers: ["worker"] },
  AWSEBWorkerCronLeaderRegistry: { type: "AWS::DynamoDB::Table", tiers: ["worker"] },
};

export function builtInNames(tier: Tier): string[] {
  return Object.entries(builtInResources).flatMap(([name, { tiers }]) =>
    tiers.includes(tier) ? [name] : [],
  );
}
