import type { ScalingRule } from "./rule.ts";

/** Where mean latency makes the group change. */
export type Threshold = { seconds: number; adjustment: number; side: "above" | "below" };

export const thresholdsOf = (rule: ScalingRule): Threshold[] =>
  rule.alarms.flatMap(({ figure, threshold, comparison, policies: [policy] }) =>
    "metric" in figure && figure.metric.name === "TargetResponseTime" && policy
      ? [
          {
            seconds: threshold,
            adjustment: policy.adjustment,
            side: comparison.startsWith("Greater") ? ("above" as const) : ("below" as const),
          },
        ]
      : [],
  );
