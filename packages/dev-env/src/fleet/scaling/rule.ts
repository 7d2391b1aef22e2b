import { type Alarm, type AlarmState, judge, type Measured, partsOf, valueOf } from "./alarm.ts";
import type { Value } from "./metric-math.ts";

export type ScalingPolicy = { name: string; adjustment: number; cooldownSeconds: number };
export type ScalingAlarm = Alarm & { policies: readonly ScalingPolicy[] };
export type ScalingRule = {
  minSize: number;
  maxSize: number;
  /** How long a point of its alarms is measured, and how often they are judged. */
  periodSeconds: number;
  alarms: readonly ScalingAlarm[];
};

export type ScalingState = {
  /** How many instances the group wants. */
  desired: number;
  alarms: ReadonlyMap<string, { state: AlarmState; points: readonly Value[] }>;
  /** A change is under way: another one is not begun. */
  changing: ScalingPolicy | undefined;
  /** Until then alarms are not followed; in milliseconds of the clock. */
  quietUntil: number;
};

/** An alarm was on and its policy was asked. */
export type Outcome = {
  alarm: ScalingAlarm;
  policy: ScalingPolicy;
  value: Value;
  /** What the value was computed from, by id; empty for a plain metric. */
  parts: ReadonlyMap<string, Value>;
  from: number;
  to: number;
  /** Why nothing follows from it. */
  held?: "changing" | "cooldown" | "limit";
};

export const initialState = (desired: number): ScalingState => ({
  desired,
  alarms: new Map(),
  changing: undefined,
  quietUntil: -Infinity,
});

/**
 * What follows from the period that just ended. An alarm that stays on asks its policies once a period, as
 * CloudWatch has it for scaling; simple policies wait for the change under way and the cooldown after it.
 */
export function followAlarms(
  rule: ScalingRule,
  before: ScalingState,
  now: number,
  measured: Measured,
): { state: ScalingState; outcomes: Outcome[] } {
  const alarms = new Map(
    rule.alarms.map((alarm) => {
      const { state, points } = before.alarms.get(alarm.name) ?? {
        state: "INSUFFICIENT_DATA",
        points: [],
      };
      const seen = [...points, valueOf(alarm.figure, measured)].slice(-alarm.evaluationPeriods);
      return [alarm.name, { state: judge(alarm, seen, state), points: seen }];
    }),
  );
  let state: ScalingState = { ...before, alarms };
  const outcomes: Outcome[] = [];
  for (const alarm of rule.alarms) {
    const judged = alarms.get(alarm.name);
    if (judged?.state !== "ALARM") continue;
    for (const policy of alarm.policies) {
      const from = state.desired;
      const to = within(rule, from + policy.adjustment);
      const asked = {
        alarm,
        policy,
        value: judged.points.at(-1),
        parts: partsOf(alarm.figure, measured),
        from,
      };
      if (to === from) outcomes.push({ ...asked, to: from, held: "limit" });
      else if (state.changing) outcomes.push({ ...asked, to: from, held: "changing" });
      else if (now < state.quietUntil) outcomes.push({ ...asked, to: from, held: "cooldown" });
      else {
        outcomes.push({ ...asked, to });
        state = { ...state, desired: to, changing: policy };
      }
    }
  }
  return { state, outcomes };
}

/** The new instance serves, or the old one is gone: the cooldown begins. */
export function changeEnded(state: ScalingState, now: number): ScalingState {
  const cooldown = state.changing?.cooldownSeconds ?? 0;
  return { ...state, changing: undefined, quietUntil: now + cooldown * 1_000 };
}

/** The nearest size that the group may have. */
export const within = ({ minSize, maxSize }: ScalingRule, size: number) =>
  Math.min(Math.max(size, minSize), maxSize);
