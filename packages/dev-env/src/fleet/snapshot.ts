import { readFileSync } from "node:fs";
import { join } from "node:path";

import { dependencies, type Dependency } from "@tendril/runtime";
import { z } from "zod";

import type { Tier } from "../apps/places.ts";
import type { Census } from "./census.ts";
import type { DependencyView, FleetSnapshot, InstanceView } from "./fleet.ts";
import type { Group, Standing } from "./group.ts";
import type { Journal } from "./journal.ts";
import type { Traffic } from "./traffic.ts";

type Parts = Pick<
  FleetSnapshot,
  "level" | "plan" | "url" | "inboxUrl" | "timeLapse" | "visitors"
> & {
  groups: Readonly<{ web?: Group; worker?: Group }>;
  traffic: Traffic;
  dials: ReadonlyMap<string, number>;
  broken: ReadonlySet<Dependency>;
  counted: Census;
  journal: Journal;
};

export function takeSnapshot(parts: Parts): FleetSnapshot {
  const { groups, traffic, dials, broken, counted, journal, ...rest } = parts;
  const view = (tier: Tier, standing: Standing): InstanceView[] => {
    const name = standing.instances[tier];
    const instance = standing.server?.instances[tier];
    if (name === undefined) return [];
    return [
      {
        name,
        tier,
        server: standing.name,
        state: standing.state,
        since: standing.since,
        release: instance && standing.state !== "gone" ? releaseOf(instance.root) : "",
        latencyMs: dials.get(name) ?? 0,
        ...loadOf(traffic, name),
        pids: standing.killed ? [] : (instance?.processes.map(({ pid }) => pid) ?? []),
      },
    ];
  };
  const tierOf = (tier: Tier) => {
    const group = groups[tier] ?? groups.web;
    return {
      desired: group?.desired ?? 0,
      instances: group?.standings.flatMap((standing) => view(tier, standing)) ?? [],
    };
  };
  return {
    at: new Date(),
    ...rest,
    tiers: { web: tierOf("web"), worker: tierOf("worker") },
    dependencies: dependencies.map((name): DependencyView => ({
      name,
      state: broken.has(name) ? "broken" : "fine",
    })),
    ...counted,
    served: traffic.served,
    decisions: journal.decisions,
  };
}

function loadOf(traffic: Traffic, name: string) {
  const { requests, meanMs, errors } = traffic.of(name);
  return { requests, meanMs, errors };
}

const release = z.looseObject({ commit: z.string() });
const known = new Map<string, string>();

/** Of the bundle that is on it; an instance of a fleet never gets another. */
function releaseOf(root: string): string {
  const before = known.get(root);
  if (before !== undefined) return before;
  const file = join(root, "var/app/current/release.json");
  const { commit } = release.parse(JSON.parse(readFileSync(file, "utf8")));
  known.set(root, commit);
  return commit;
}
