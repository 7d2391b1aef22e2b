import type { Dependency } from "../../../space/space.ts";
import type { FleetEvent, FleetSnapshot, InstanceState } from "../../fleet.ts";
import type { LevelPlan } from "../../levels.ts";
import type { Threshold } from "../../scaling/thresholds.ts";

export type Sentence = {
  at: Date;
  tone: "plain" | "good" | "bad";
  text: string;
  /** While nothing else was said since, the next sentence about the same stands in its place. */
  about?: string;
};

type Actor = {
  tier: "web" | "worker";
  state: InstanceState;
  since: Date;
  latencyMs: number;
  killed: boolean;
};

/** What whoever narrates has to know of the moment. */
export type Scene = {
  readonly plan: LevelPlan;
  readonly timeLapse: number;
  /** Of mean latency; empty where nothing scales. */
  readonly thresholds: readonly Threshold[];
  readonly actors: ReadonlyMap<string, Actor>;
  readonly broken: ReadonlySet<Dependency>;
  readonly visitors: number;
  /** The web tier waits for its last change, and for what follows from that. */
  isPatient(): boolean;
  /** Web instances that get requests. */
  serving(): string[];
};

export function setScene(
  snapshot: FleetSnapshot,
  thresholds: readonly Threshold[],
  isPatient: () => boolean,
) {
  const actors = new Map<string, Actor>();
  for (const { instances } of Object.values(snapshot.tiers))
    for (const { name, tier, state, since, latencyMs } of instances)
      actors.set(name, { tier, state, since, latencyMs, killed: false });
  const broken = new Set(
    snapshot.dependencies.filter(({ state }) => state === "broken").map(({ name }) => name),
  );
  const { plan, timeLapse } = snapshot;
  let { visitors } = snapshot;
  const scene: Scene = {
    plan,
    timeLapse,
    thresholds,
    actors,
    broken,
    isPatient,
    get visitors() {
      return visitors;
    },
    serving: () =>
      [...actors]
        .filter(([, { tier, state, killed }]) => tier === "web" && state === "serving" && !killed)
        .map(([name]) => name),
  };
  return {
    scene,
    /** After the narrators had their say: they see the moment before, too. */
    change(event: FleetEvent) {
      if (event.kind === "instance") {
        const { instance, tier, state, at } = event;
        const before = actors.get(instance);
        if (state === "gone") actors.delete(instance);
        else
          actors.set(instance, {
            latencyMs: before?.latencyMs ?? 0,
            killed: before?.killed ?? false,
            tier,
            state,
            since: at,
          });
      } else if (event.kind === "killed") {
        const actor = actors.get(event.instance);
        if (actor) actor.killed = true;
      } else if (event.kind === "dial") {
        const actor = actors.get(event.instance);
        if (actor) actor.latencyMs = event.latencyMs;
      } else if (event.kind === "dependency") {
        if (event.state === "broken") broken.add(event.name);
        else broken.delete(event.name);
      } else if (event.kind === "visitors") visitors = event.perSecond;
    },
  };
}
