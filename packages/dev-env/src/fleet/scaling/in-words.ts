import type { Alarm, Comparison } from "./alarm.ts";
import type { Value } from "./metric-math.ts";
import type { Outcome, ScalingRule } from "./rule.ts";
import { inBothTimes } from "./time-lapse.ts";

/**
 * Why the group changes, or why it stays as it is: a sentence without its full stop. What `timeLapse` shortens is
 * told in both times.
 */
export function reasonOf(outcome: Outcome, rule: ScalingRule, timeLapse = 1): string {
  return `${capital(observation(outcome, rule, timeLapse))}: ${consequence(outcome, rule)}`;
}

/** What an alarm looks at, as a reading: `mean latency 1.5 s`. */
export function reading(
  alarm: Alarm,
  value: Value,
  parts: Outcome["parts"] = new Map(),
  timeLapse = 1,
): string {
  if ("metric" in alarm.figure) {
    const { name, statistic } = alarm.figure.metric;
    const word = names[name]?.(statistics[statistic]) ?? `${statistics[statistic]} ${name}`;
    return value === undefined ? `no ${word}` : `${word} ${rounded(value)}${units[name] ?? ""}`;
  }
  const computed = [...parts].map(([id, part]) => parting(id, part, timeLapse)).join(", ");
  const what = (alarm.description ?? alarm.name).replace(/\.$/, "").toLowerCase();
  return computed === "" ? what : `${what} (${computed})`;
}

function observation(
  { alarm, value, parts }: Outcome,
  { periodSeconds }: ScalingRule,
  timeLapse: number,
): string {
  const time = inBothTimes(periodSeconds * alarm.datapointsToAlarm, timeLapse);
  if ("expression" in alarm.figure) return `${reading(alarm, value, parts, timeLapse)} for ${time}`;
  if (value === undefined) return `nothing was measured over ${time}, nobody asked for anything`;
  return `${reading(alarm, value)} over ${time} is ${sides[alarm.comparison]} ${rounded(
    alarm.threshold,
  )}${unitOf(alarm)}`;
}

function consequence({ policy, from, to, held }: Outcome, rule: ScalingRule): string {
  const more = policy.adjustment > 0;
  switch (held) {
    case "limit":
      return more
        ? `one more would follow, but ${rule.maxSize} is the most`
        : `one less would do, but ${rule.minSize} is the least`;
    case "changing":
      return "a change is under way, and nothing else is begun until it ends";
    case "cooldown":
      return `${more ? "one more" : "one less"} would follow, but the last change is too fresh`;
  }
  const count = Math.abs(to - from);
  const instances = count === 1 ? "one instance" : `${count} instances`;
  return `${instances} ${more ? "more" : "less"}, ${from} → ${to}`;
}

/** The unit of what an alarm compares, with a space before it. */
export const unitOf = ({ figure }: Alarm): string =>
  "metric" in figure ? (units[figure.metric.name] ?? "") : "";

const sides: Readonly<Record<Comparison, string>> = {
  GreaterThanThreshold: "above",
  GreaterThanOrEqualToThreshold: "at or above",
  LessThanThreshold: "below",
  LessThanOrEqualToThreshold: "at or below",
};
const statistics = { Average: "mean", Maximum: "highest", Minimum: "lowest", Sum: "sum of" };
const names: Readonly<Record<string, (statistic: string) => string>> = {
  TargetResponseTime: (statistic) => `${statistic} latency`,
};
const units: Readonly<Record<string, string>> = { TargetResponseTime: " s" };

function parting(id: string, value: Value, timeLapse: number): string {
  const number = value === undefined ? "unknown" : rounded(value);
  // Waiting or in work: the age that CloudWatch tells is of both.
  if (id === "oldest")
    return `the oldest message is ${value === undefined ? "of unknown age" : `${inBothTimes(value, timeLapse)} old`}`;
  if (id === "backlog") return `${number} waiting per instance`;
  return `${id} ${number}`;
}

const rounded = (value: number) => String(Math.round(value * 100) / 100);
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
