import type { Tier } from "../../bundle/tiers.ts";
import type { Finding } from "../finding.ts";
import type { Settings } from "../settings.ts";
import { checkLoadBalancer } from "./load-balancer.ts";
import { checkOrders } from "./orders.ts";
import { checkScaling } from "./scaling.ts";
import { checkSecrets } from "./secrets.ts";
import { checkUpdates } from "./updates.ts";

/** Options that are right by themselves, and wrong together. */
export function checkContradictions(settings: Settings, tier: Tier): Finding[] {
  return [
    ...checkOrders(settings),
    ...checkScaling(settings, tier),
    ...checkUpdates(settings, tier),
    ...checkLoadBalancer(settings),
    ...checkSecrets(settings),
  ];
}
