import type { Fleet, FleetEvent, FleetSnapshot, InstanceView, Served } from "../fleet/fleet.ts";
import { levels } from "../fleet/levels.ts";

const start = new Date("2026-11-21T08:00:00Z");

export function instanceView(changes: Partial<InstanceView> & { name: string }): InstanceView {
  return {
    tier: "web",
    server: changes.name,
    state: "serving",
    since: start,
    release: "0.1.0",
    latencyMs: 0,
    requests: 0,
    meanMs: null,
    errors: 0,
    pids: [],
    ...changes,
  };
}

export const served = (changes: Partial<Served> = {}): Served => ({
  at: start,
  instance: "web-1",
  method: "GET",
  path: "/",
  status: 200,
  ms: 12,
  from: "cache",
  by: "browser",
  session: null,
  ...changes,
});

export const fleetSnapshot = (changes: Partial<FleetSnapshot> = {}): FleetSnapshot => ({
  at: start,
  level: 6,
  plan: levels[6],
  url: "http://localhost:8080",
  inboxUrl: "http://localhost:8081",
  timeLapse: 1,
  visitors: 0,
  tiers: {
    web: {
      desired: 2,
      instances: [instanceView({ name: "web-1" }), instanceView({ name: "web-2" })],
    },
    worker: { desired: 1, instances: [instanceView({ name: "worker-1", tier: "worker" })] },
  },
  dependencies: [{ name: "redis", state: "fine" }],
  queues: [],
  sessions: 0,
  photos: [],
  ticks: [],
  served: [],
  decisions: [],
  ...changes,
});

/** A fleet without instances, for those who watch one: it shows what it is given and keeps what it is asked. */
export function playFleet(given: Partial<FleetSnapshot> = {}) {
  let snapshot = fleetSnapshot(given);
  const listeners = new Set<(event: FleetEvent) => void>();
  const asked: unknown[][] = [];
  const keep =
    (name: string) =>
    (...args: unknown[]) =>
      void asked.push([name, ...args]);
  const keepAsync =
    (name: string) =>
    async (...args: unknown[]) =>
      void asked.push([name, ...args]);
  const fleet: Fleet = {
    url: snapshot.url,
    level: snapshot.level,
    timeLapse: snapshot.timeLapse,
    snapshot: () => Promise.resolve(snapshot),
    on(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    kill: keepAsync("kill"),
    setLatency: keep("setLatency"),
    breakDependency: keepAsync("breakDependency"),
    mendDependency: keepAsync("mendDependency"),
    setVisitors: keep("setVisitors"),
    resize: keep("resize"),
    record: keep("record"),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return {
    fleet,
    asked,
    show: (changes: Partial<FleetSnapshot>) => void (snapshot = { ...snapshot, ...changes }),
    emit(event: FleetEvent) {
      for (const listener of listeners) listener(event);
    },
  };
}
