import { systemClock } from "@tendril/runtime";

import type { Tier } from "../../apps/places.ts";
import { readConfigFiles } from "../../platform/config-files.ts";
import { REGION } from "../../servers/servers.ts";
import type { StartedFleet } from "../start-fleet.ts";
import { readScalingRule } from "./read-rule.ts";
import { type Scaler, startScaler } from "./scaler.ts";

export type Scalers = Partial<Record<Tier, Scaler>> & AsyncDisposable;

const queuePrefix = "tendril";

/** Lets the tiers that scale at this level follow the alarms in their bundles. */
export async function scaleFleet(
  fleet: StartedFleet,
  onError: (error: unknown) => void,
): Promise<Scalers> {
  const { plan } = await fleet.snapshot();
  await using stack = new AsyncDisposableStack();
  const scale = async (tier: Tier) => {
    const config = await readConfigFiles(fleet.unpacked[tier], REGION);
    const rule = readScalingRule(config, { QUEUE_PREFIX: queuePrefix });
    const clock = systemClock;
    return stack.use(await startScaler({ fleet, tier, rule, clock, queuePrefix, onError }));
  };
  const scalers = {
    ...(plan.scaling && { web: await scale("web") }),
    ...(plan.scaling && plan.workers !== null && { worker: await scale("worker") }),
  };
  const owned = stack.move();
  return { ...scalers, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
