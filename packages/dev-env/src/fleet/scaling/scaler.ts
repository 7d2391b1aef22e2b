import { type Clock, repeat, seconds } from "@tendril/runtime";

import type { Tier } from "../../apps/places.ts";
import type { Fleet, FleetEvent, FleetSnapshot, InstanceState } from "../fleet.ts";
import { reasonOf } from "./in-words.ts";
import { keepMeasurements, type Measurements } from "./measurements.ts";
import {
  changeEnded,
  followAlarms,
  initialState,
  type Outcome,
  type ScalingRule,
  type ScalingState,
  within,
} from "./rule.ts";
import { inBothTimes, timeLapse } from "./time-lapse.ts";

export type ScalerOptions = {
  fleet: Pick<Fleet, "on" | "record" | "resize" | "snapshot" | "timeLapse">;
  tier: Tier;
  rule: ScalingRule;
  clock: Clock;
  /** Of the queues that the rule names. */
  queuePrefix: string;
};

/** Follows the alarms of one tier. Its minutes are the fleet's. */
export interface Scaler {
  readonly tier: Tier;
  readonly rule: ScalingRule;
  readonly state: ScalingState;
  /** Until when nothing more follows; undefined when something could. */
  quietUntil(): Date | undefined;
  /** A period has passed. */
  step(): Promise<void>;
}

export async function createScaler(options: ScalerOptions): Promise<Scaler & Disposable> {
  const { fleet, tier, rule, queuePrefix } = options;
  const clock = timeLapse(options.clock, fleet.timeLapse);
  const now = () => clock.now().getTime();
  const measurements = keepMeasurements();
  const instances = new Map<string, InstanceState>();
  const told = new Map<string, Outcome["held"]>();
  let state = initialState(0);

  const settle = () => {
    const present = [...instances.values()].filter((state) => state !== "gone");
    const settled =
      present.length === state.desired && present.every((state) => state === "serving");
    if (state.changing && settled) state = changeEnded(state, now());
  };
  const hear = (event: FleetEvent) => {
    if (event.kind === "instance" && event.tier === tier) {
      instances.set(event.instance, event.state);
      settle();
    } else if (event.kind === "size" && event.tier === tier) {
      state = { ...state, desired: event.desired };
    } else if (event.kind === "served" && event.served.instance !== null) {
      measurements.record({ name: "TargetResponseTime" }, event.served.ms / 1_000);
    }
  };
  const tell = (outcome: Outcome) => {
    const { alarm, policy, from, to, held } = outcome;
    const before = told.get(alarm.name);
    told.set(alarm.name, held);
    // What stays as it was is not told again each minute.
    if (held !== undefined && (held === "changing" || held === before)) return;
    const patience =
      held === undefined
        ? `, then ${inBothTimes(policy.cooldownSeconds, fleet.timeLapse)} of patience`
        : "";
    const notBefore =
      held === undefined
        ? now() + seconds(policy.cooldownSeconds)
        : held === "cooldown"
          ? state.quietUntil
          : undefined;
    fleet.record({
      at: options.clock.now(),
      tier,
      from,
      to,
      reason: `${reasonOf(outcome, rule, fleet.timeLapse)}${patience}`,
      ...(notBefore !== undefined && { notBefore: clock.real(notBefore) }),
    });
  };

  const listening = fleet.on(hear);
  const { desired, instances: present } = (await fleet.snapshot()).tiers[tier];
  state = initialState(desired);
  for (const { name, state } of present) if (!instances.has(name)) instances.set(name, state);
  const allowed = within(rule, desired);
  if (allowed !== desired) fleet.resize(tier, allowed);

  return {
    tier,
    rule,
    get state() {
      return state;
    },
    quietUntil: () => (state.quietUntil > now() ? clock.real(state.quietUntil) : undefined),
    async step() {
      recordGauges(measurements, await fleet.snapshot(), queuePrefix, fleet.timeLapse);
      const followed = followAlarms(rule, state, now(), measurements.endPeriod());
      state = followed.state;
      const on = new Set(followed.outcomes.map(({ alarm }) => alarm.name));
      for (const name of told.keys()) if (!on.has(name)) told.delete(name);
      for (const outcome of followed.outcomes) {
        tell(outcome);
        if (outcome.held === undefined) fleet.resize(tier, outcome.to);
      }
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}

/** What CloudWatch would read once a minute. */
function recordGauges(
  measurements: Measurements,
  { queues, tiers }: FleetSnapshot,
  queuePrefix: string,
  timeLapse: number,
): void {
  for (const { name, visible, oldestSeconds } of queues) {
    const queue = `${queuePrefix}-${name}`;
    measurements.record({ name: "ApproximateNumberOfMessagesVisible", queue }, visible);
    measurements.record(
      { name: "ApproximateAgeOfOldestMessage", queue },
      (oldestSeconds ?? 0) * timeLapse,
    );
  }
  const serving = tiers.worker.instances.filter(({ state }) => state === "serving");
  measurements.record({ name: "GroupInServiceInstances" }, serving.length);
}

/** A scaler that steps by itself, period after period, until it is disposed of. */
export async function startScaler(
  options: ScalerOptions & { onError: (error: unknown) => void },
): Promise<Scaler & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const scaler = stack.use(await createScaler(options));
  const pauseMs = seconds(scaler.rule.periodSeconds) / options.fleet.timeLapse;
  stack.use(repeat(() => scaler.step(), { pauseMs, pauseFirst: true, onError: options.onError }));
  const owned = stack.move();
  return {
    tier: scaler.tier,
    rule: scaler.rule,
    get state() {
      return scaler.state;
    },
    quietUntil: () => scaler.quietUntil(),
    step: () => scaler.step(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
