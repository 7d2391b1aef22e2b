import type { Tier } from "../apps/places.ts";
import type { Dependency } from "../space/space.ts";
import type { Level, LevelPlan } from "./levels.ts";

export type InstanceState = "launching" | "serving" | "unhealthy" | "draining" | "gone";

/** One instance, as whoever watches the fleet sees it. */
export type InstanceView = {
  name: string;
  tier: Tier;
  /** The server that it runs on. Below level 6 a web and a worker instance stand on each, and die with it. */
  server: string;
  state: InstanceState;
  /** When it came to that state. */
  since: Date;
  release: string;
  /** What the balancer waits before it passes a request on; 0 for workers. */
  latencyMs: number;
  /** Requests answered in the last minute (of the time that `timeLapse` makes), and what they took on average. */
  requests: number;
  meanMs: number | null;
  /** Of these, how many were answered with 5xx. */
  errors: number;
  pids: readonly number[];
};

/** One request that came through the load balancer. */
export type Served = {
  at: Date;
  /** Null when no instance could take it. */
  instance: string | null;
  method: string;
  path: string;
  status: number;
  /** From its arrival to the first byte of the answer, a dial's delay included: what TargetResponseTime says. */
  ms: number;
  from: "cache" | "database" | null;
  /** `visitors` are the fleet's own. */
  by: "browser" | "visitors" | "program";
  /** The sign-in that the browser holds: a short name for it, and whether that instance's Redis knows it. */
  session: { tag: string; known: boolean } | null;
};

export type QueueView = {
  /** Without the prefix: `media`, `mail` … */
  name: string;
  /** Whose it is, where every server has its own; null when all share it. */
  server: string | null;
  visible: number;
  inFlight: number;
  delayed: number;
  /** What lies in its dead-letter queue. */
  dead: number;
  /**
   * How long the oldest message, in flight or not, has been there; null when there is none. The SQS of this
   * machine tells when each was sent at `/_fauxqs/queues/NAME`.
   */
  oldestSeconds: number | null;
};

export type DependencyView = { name: Dependency; state: "fine" | "broken" };

/** A change of size, or why there was none. */
export type ScalingDecision = {
  at: Date;
  tier: Tier;
  from: number;
  to: number;
  /** In words, with the measure that it follows from. */
  reason: string;
  /** When the next change can follow. */
  notBefore?: Date;
};

/** How many photos the gallery has, and how many of them the storage that this server shows has. */
export type PhotosView = { server: string; kept: number; all: number };

/** A tick of the schedule that came last: how many clocks sent it, for one effect. */
export type TickView = { task: string; scheduledAt: Date; tries: number; instance: string | null };

export type FleetSnapshot = {
  at: Date;
  level: Level;
  plan: LevelPlan;
  url: string;
  inboxUrl: string;
  timeLapse: number;
  /** Requests a second that the fleet's own visitors make. */
  visitors: number;
  tiers: Readonly<Record<Tier, { desired: number; instances: readonly InstanceView[] }>>;
  dependencies: readonly DependencyView[];
  queues: readonly QueueView[];
  /** Signed-in browsers, over all that keep sessions; null while they cannot be counted. */
  sessions: number | null;
  /** One row for each server. Empty while they cannot be counted. */
  photos: readonly PhotosView[];
  /** Newest first. */
  ticks: readonly TickView[];
  /** Newest first. */
  served: readonly Served[];
  /** Newest first. */
  decisions: readonly ScalingDecision[];
};

export type FleetEvent = { at: Date } & (
  | { kind: "instance"; instance: string; tier: Tier; state: InstanceState; why: string }
  | { kind: "killed"; instance: string; tier: Tier }
  | { kind: "dependency"; name: Dependency; state: "fine" | "broken" }
  | { kind: "dial"; instance: string; latencyMs: number }
  | { kind: "visitors"; perSecond: number }
  | { kind: "size"; tier: Tier; desired: number }
  | { kind: "decision"; decision: ScalingDecision }
  | { kind: "served"; served: Served }
);

/** A fleet on this machine: instances of the real bundles behind a load balancer. */
export interface Fleet extends AsyncDisposable {
  /** Of the load balancer. */
  readonly url: string;
  readonly level: Level;
  readonly timeLapse: number;
  snapshot(): Promise<FleetSnapshot>;
  on(listener: (event: FleetEvent) => void): Disposable;
  /** Its server is gone at once, as if somebody pulled the plug. The group notices, and puts a new one in its place. */
  kill(instance: string): Promise<void>;
  /** What the balancer waits before it passes a request on to it. */
  setLatency(instance: string, ms: number): void;
  breakDependency(name: Dependency): Promise<void>;
  mendDependency(name: Dependency): Promise<void>;
  /** Requests a second for the front page and photos, by visitors of the fleet's own; 0 for none. */
  setVisitors(perSecond: number): void;
  /**
   * How many instances there should be; the group launches what is missing, and drains and ends the newest where
   * there are too many. Below level 6 the tier `worker` has no size of its own.
   */
  resize(tier: Tier, desired: number): void;
  /** Keeps what an auto scaler decided, for people to read; it calls `resize` itself. */
  record(decision: ScalingDecision): void;
}
