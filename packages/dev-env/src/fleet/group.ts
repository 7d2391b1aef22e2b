import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

import type { Tier } from "../apps/places.ts";
import { oneLine } from "../user-error.ts";
import type { InstanceState } from "./fleet.ts";
import type { Server } from "./server.ts";

/** One place in a group: a server from its launch to its end. */
export type Standing = {
  readonly name: string;
  /** Of the instances on it. */
  readonly instances: Readonly<Partial<Record<Tier, string>>>;
  state: InstanceState;
  since: Date;
  /** When it first served. */
  servedFrom: Date | null;
  /** Somebody pulled the plug; the group may not know yet. */
  killed: boolean;
  server: Server | null;
};

export type GroupOptions = {
  /** How many there are at the start. */
  size: number;
  /** Names the n-th server that is launched, and what stands on it. */
  name: (n: number) => Pick<Standing, "name" | "instances">;
  /** Resolves when it serves. */
  start: (standing: Standing, first: boolean) => Promise<Server>;
  /** Resolves when it has no requests any more. */
  drain: (server: Server) => Promise<void>;
  /** It is not to get requests any more, whatever becomes of those that it has. */
  cutOff: (server: Server) => void;
  /** Within that time from its first request an unhealthy one is left alone. */
  graceMs: number;
  onState: (standing: Standing, why: string) => void;
};

/** An auto scaling group: as many servers as are wanted, whatever happens to them. */
export interface Group extends AsyncDisposable {
  readonly desired: number;
  /** In the order of their launch; those that are gone stay in sight for a while. */
  readonly standings: readonly Standing[];
  resize(desired: number): void;
  /** What whoever checks them has found. */
  judge(standing: Standing, healthy: boolean): void;
  /** Resolves when as many serve as are wanted; fails when the first one cannot. */
  settled(): Promise<void>;
}

const relaunchPauseMs = 5_000;
const goneInSightMs = 20_000;

export function openGroup(options: GroupOptions): Group {
  const { name, start, drain, cutOff, graceMs, onState } = options;
  const closing = new AbortController();
  const closed = once(closing.signal, "abort");
  const standings: Standing[] = [];
  const busy = new Set<Promise<void>>();
  let { size: desired } = options;
  let launched = 0;
  /** Of the first server: without it there is no schema for the others. */
  let failure: unknown;

  const isIn = (...states: InstanceState[]) =>
    standings.filter(({ state }) => states.includes(state));
  const turn = (standing: Standing, state: InstanceState, why: string) => {
    standing.state = state;
    standing.since = new Date();
    onState(standing, why);
  };
  const later = (ms: number, act: () => void) => {
    void delay(ms, undefined, { signal: closing.signal, ref: false }).then(act, () => {});
  };
  const track = (work: Promise<void>) => {
    busy.add(work);
    void work.finally(() => busy.delete(work));
  };

  const launch = async () => {
    const first = launched === 0;
    const named = name(++launched);
    const began = { state: "launching" as const, since: new Date(), servedFrom: null };
    const standing: Standing = { ...named, ...began, killed: false, server: null };
    standings.push(standing);
    onState(standing, "The group launches it.");
    try {
      standing.server = await start(standing, first);
      standing.servedFrom = new Date();
      turn(standing, "serving", "It is healthy and gets requests.");
      balance();
    } catch (error) {
      bury(standing, `It did not start: ${oneLine(error)}`);
      if (first) failure = error;
      later(relaunchPauseMs, balance);
    }
  };
  const bury = (standing: Standing, why: string) => {
    turn(standing, "gone", why);
    later(goneInSightMs, () => void standings.splice(standings.indexOf(standing), 1));
  };
  const retire = async (standing: Standing) => {
    turn(standing, "draining", "One too many: it finishes what it has, and gets nothing new.");
    if (standing.server) await Promise.race([drain(standing.server), closed]);
    await standing.server?.[Symbol.asyncDispose]();
    bury(standing, "It had nothing to do any more, and was ended.");
  };
  const replace = async (standing: Standing) => {
    if (standing.server) cutOff(standing.server);
    const why = standing.killed ? "It is gone." : "It was unhealthy for too long.";
    bury(standing, `${why} The group puts another in its place.`);
    balance();
    await standing.server?.[Symbol.asyncDispose]();
  };
  const balance = () => {
    if (closing.signal.aborted) return;
    const missing = desired - isIn("launching", "serving", "unhealthy").length;
    for (let count = 0; count < missing; count++) track(launch());
    // The newest: those that are known to work stay. One that is being launched goes when it is there.
    const standing = isIn("serving", "unhealthy");
    for (const surplus of standing.slice(desired)) track(retire(surplus));
  };
  balance();

  return {
    get desired() {
      return desired;
    },
    standings,
    resize(size) {
      desired = size;
      balance();
    },
    judge(standing, healthy) {
      if (healthy) {
        if (standing.state === "unhealthy") turn(standing, "serving", "It is healthy again.");
        return;
      }
      if (standing.state !== "serving") return;
      turn(standing, "unhealthy", "It does not answer the health check any more.");
      const age = Date.now() - (standing.servedFrom?.getTime() ?? 0);
      const wait = standing.killed ? 0 : Math.max(0, graceMs - age);
      later(wait, () => {
        if (standing.state === "unhealthy") track(replace(standing));
      });
    },
    async settled() {
      while (isIn("launching").length > 0) await Promise.all(busy);
      if (failure !== undefined) throw failure;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      // What they have in hand ends with the fleet, and so do their data: nothing is drained.
      const standing = isIn("serving", "unhealthy", "draining").filter(({ killed }) => !killed);
      await Promise.all(standing.map(({ server }) => server?.kill()));
      await Promise.allSettled(busy);
      const all = isIn("serving", "unhealthy");
      await Promise.all(all.map(({ server }) => server?.[Symbol.asyncDispose]()));
    },
  };
}
