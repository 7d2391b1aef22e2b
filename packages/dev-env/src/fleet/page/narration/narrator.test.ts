import { describe, expect, it } from "vitest";

import { fleetSnapshot, instanceView, served } from "../../../testing/played-fleet.ts";
import type { FleetEvent, FleetSnapshot } from "../../fleet.ts";
import { type Level, levels } from "../../levels.ts";
import type { Threshold } from "../../scaling/thresholds.ts";
import { createNarrator } from "./narrator.ts";

const start = Date.UTC(2026, 10, 21, 8);
const thresholds: Threshold[] = [
  { seconds: 1, adjustment: 1, side: "above" },
  { seconds: 0.5, adjustment: -1, side: "below" },
];
type Unplaced = FleetEvent extends infer E ? (E extends FleetEvent ? Omit<E, "at"> : never) : never;

/** What is said of events, each at its second, oldest first. */
function told(
  level: Level,
  events: readonly (readonly [second: number, event: Unplaced])[],
  changes: Partial<FleetSnapshot> = {},
  isPatient = false,
): string[] {
  const snapshot = fleetSnapshot({ level, plan: levels[level], ...changes });
  const narrator = createNarrator(
    snapshot,
    levels[level].scaling ? thresholds : [],
    () => isPatient,
  );
  const before = narrator.sentences.length;
  for (const [second, event] of events)
    narrator.hear({ ...event, at: new Date(start + second * 1_000) });
  return narrator.sentences
    .map(({ text }) => text)
    .slice(0, narrator.sentences.length - before)
    .reverse();
}

const answered = (changes: Parameters<typeof served>[0], second = 0) =>
  [
    second,
    {
      kind: "served",
      served: served({ at: new Date(start + second * 1_000), from: null, ...changes }),
    },
  ] as const;
const instance = (
  second: number,
  name: string,
  state: "launching" | "serving" | "unhealthy" | "draining" | "gone",
  why = "",
) => [second, { kind: "instance", instance: name, tier: "web", state, why }] as const;
const killed = (second: number, name: string) =>
  [second, { kind: "killed", instance: name, tier: "web" }] as const;
const dial = (name: string, latencyMs: number) =>
  [0, { kind: "dial", instance: name, latencyMs }] as const;

describe("a killed instance", () => {
  const failing = answered({ instance: "web-2", status: 502 }, 1);

  it("is told with what it cost and who takes over", () => {
    const events = [
      killed(0, "web-2"),
      failing,
      failing,
      failing,
      instance(1.2, "web-2", "unhealthy"),
    ];
    expect(told(6, events)).toEqual([
      "web-2 was killed, as if somebody had pulled its plug.",
      "Three requests in flight on web-2 failed; the balancer noticed after 1.2 s and sends everything to web-1. " +
        "Nobody was signed out: sessions live in Redis.",
    ]);
  });

  it("takes its sessions along where each server has its own", () => {
    expect(told(1, [killed(0, "web-2"), instance(2, "web-2", "unhealthy")]).at(-1)).toBe(
      "No request failed; the balancer noticed after 2 s and sends everything to web-1. " +
        "Whoever was signed in there is signed out: its sessions died with it, and its photos.",
    );
  });

  it("leaves nobody when it was the last one", () => {
    const alone = {
      tiers: {
        web: { desired: 1, instances: [instanceView({ name: "web-1" })] },
        worker: { desired: 0, instances: [] },
      },
    };
    const said = told(0, [killed(0, "web-1"), instance(1, "web-1", "gone")], alone);
    expect(said[1]).toMatch(/^The balancer noticed after 1 s\. There is no other instance/);
    expect(said[1]).toMatch(/Its database, sessions and photos died with it/);
  });
});

describe("sign-ins", () => {
  const visit = (second: number, instance: string, known: boolean) =>
    answered({ instance, session: { tag: "a", known } }, second);

  it("flicker where each server has its own sessions", () => {
    expect(
      told(1, [visit(0, "web-1", true), visit(1, "web-2", false), visit(2, "web-1", true)]),
    ).toEqual([
      "You are signed in; web-1 knows you.",
      "You were signed in on web-1; web-2 has its own sessions and does not know you.",
    ]);
  });

  it("are told again when they flicker on", () => {
    const visits = [visit(0, "web-1", true), visit(1, "web-2", false), visit(3, "web-2", false)];
    expect(told(1, visits)).toHaveLength(2);
    expect(told(1, [...visits, visit(30, "web-2", false)])).toHaveLength(3);
  });

  it("hold on both where sessions are shared, and that is told once", () => {
    const visits = [visit(0, "web-1", true), visit(1, "web-2", true), visit(2, "web-3", true)];
    expect(told(2, visits)).toEqual([
      "You are signed in; web-1 knows you.",
      "web-2 knows you as well as web-1 does: both ask the same Redis.",
    ]);
  });
});

describe("dials", () => {
  it("say what the mean becomes, and what follows", () => {
    const [slow, nothing] = [dial("web-2", 3_000), dial("web-2", 1_500)];
    expect(told(6, [slow], { visitors: 6, timeLapse: 12 })).toEqual([
      "Each answer of web-2 takes 3 s longer from now on. Each instance gets as many requests as the others, " +
        "so the mean goes to 1.5 s: above 1 s, which makes one instance more after a minute (5 s here).",
    ]);
    expect(told(6, [nothing])[0]).toMatch(/0.8 s: neither high nor low enough for a change\.$/);
    expect(told(6, [slow])[0]).toMatch(
      /Send some visitors, so that there is something to measure\.$/,
    );
    expect(told(6, [dial("web-2", 0)], { visitors: 6 }, true)[0]).toMatch(
      /0 s: below 0\.5 s, which makes one instance less after a minute, once the patience after the last change is over, unless/,
    );
    expect(told(3, [slow])[0]).toMatch(
      /Nothing scales at this level: whoever lands on a slow one waits\.$/,
    );
  });
});

it("follows an instance through its life", () => {
  const events = [
    instance(0, "web-3", "launching"),
    instance(6, "web-3", "serving"),
    instance(60, "web-3", "draining"),
    instance(62, "web-3", "gone"),
  ];
  expect(told(6, events)).toEqual([
    "web-3 is being started.",
    "web-3 serves. It took 6 s. From now on it gets every third request.",
    "web-3 gets no new requests and finishes those that it has.",
    "web-3 is gone. Nobody noticed: it had nothing left to do.",
  ]);
});

it("says what still works without a dependency, by what the level has", () => {
  const broken = [0, { kind: "dependency", name: "database", state: "broken" }] as const;
  expect(told(6, [broken])[0]).toMatch(/front page comes from the cache/);
  expect(told(4, [broken])[0]).toMatch(/Without a cache not even the front page/);
});

it("says where the front page comes from once, and of errors one for each outage", () => {
  const fromCache = answered({ from: "cache" });
  expect(told(6, [fromCache, fromCache])).toHaveLength(1);
  const error = (second: number) => answered({ status: 503, instance: null }, second);
  expect(told(6, [error(0), error(12), error(24), error(60)])).toEqual(
    Array(2).fill("No instance could take GET /: the visitor was told so, with 503."),
  );
});

it("does not say again of a broken dependency that pages fail, however far apart", () => {
  const turn = (second: number, state: "broken" | "fine") =>
    [second, { kind: "dependency", name: "database", state }] as const;
  const error = (second: number) => answered({ status: 503 }, second);
  const first = [turn(0, "broken"), error(1), error(90), error(300), turn(301, "fine")];
  const failed = (events: Parameters<typeof told>[1]) =>
    told(6, events).filter((text) => text === "web-1 answered GET / with 503.");
  expect(failed(first)).toHaveLength(1);
  expect(failed([...first, turn(310, "broken"), error(311)])).toHaveLength(2);
});

it("notices photos that only some servers have, and ticks that came twice", () => {
  const snapshot = fleetSnapshot({ level: 1, plan: levels[1] });
  const narrator = createNarrator(snapshot, []);
  const photos = [
    { server: "server-1", kept: 5, all: 8 },
    { server: "server-2", kept: 3, all: 8 },
  ];
  const ticks = [
    { task: "sweep", scheduledAt: new Date("2026-11-21T08:05:00Z"), tries: 2, instance: null },
  ];
  // While an album comes in the count changes again and again: what was said of it last stands for all.
  narrator.look({ ...snapshot, photos: [{ server: "server-1", kept: 1, all: 2 }] });
  narrator.look({ ...snapshot, photos, ticks });
  narrator.look({ ...snapshot, photos, ticks });
  expect(narrator.sentences.slice(0, -1).map(({ text }) => text)).toEqual([
    "sweep was due once and sent by 2 clocks, and done once: without the ledger it would have been done 2 times.",
    "Of 8 photos server-1 has 5 and server-2 has 3: each keeps what was sent to it on its own disk, so photos vanish and come back.",
  ]);
});
