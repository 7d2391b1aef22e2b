import type { Instance } from "@tendril/operations";

import { counted, exactly, when } from "../present.ts";

const states: Record<Instance["state"], { text: string; tone: "good" | "bad" | "plain" }> = {
  alive: { text: "alive", tone: "good" },
  silent: { text: "went silent", tone: "bad" },
  stopped: { text: "stopped", tone: "plain" },
};

const tiers = [
  { tier: "web", name: "Web", one: "instance", none: "Nobody can reach the gallery." },
  { tier: "worker", name: "Workers", one: "worker", none: "Nothing is worked on." },
] as const;

export function presentFleet(fleet: readonly Instance[], now: Date) {
  const alive = fleet.filter(({ state }) => state === "alive");
  const releases = new Set(alive.map(({ commit }) => commit));
  return {
    releases: releases.size,
    tiers: tiers.map(({ tier, name, one, none }) => {
      const own = alive.filter((instance) => instance.tier === tier);
      return {
        name,
        count: counted(own.length, one),
        none: own.length === 0 ? none : null,
        instances: own.map((instance) => presentInstance(instance, now)),
      };
    }),
    gone: fleet
      .filter(({ state }) => state !== "alive")
      .sort((a, b) => b.seenAt.getTime() - a.seenAt.getTime())
      .map((instance) => presentInstance(instance, now)),
  };
}

function presentInstance(instance: Instance, now: Date) {
  const { id, instanceId, tier, commit, commitTime, simulatedLatencyMs } = instance;
  return {
    key: id,
    id: instanceId,
    tier,
    state: states[instance.state],
    release: commit.slice(0, 12),
    releaseTime: commitTime ? exactly(commitTime) : null,
    started: when(instance.startedAt, now),
    seen: when(instance.seenAt, now),
    slowBy:
      simulatedLatencyMs > 0
        ? `slow by ${simulatedLatencyMs.toLocaleString("en-GB")} ms on purpose`
        : null,
  };
}
