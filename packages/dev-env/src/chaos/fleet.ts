import { setTimeout as delay } from "node:timers/promises";

import type { Child } from "../process/child.ts";

export type Member = {
  name: string;
  /** Resolves when it is ready. */
  start: (count: number) => Promise<Child>;
};

/** A process that ended: by our hand, at a named point, or by itself. */
export type Death = { at: number; name: string; how: string };

/** Processes that are started again whenever they die, until they end well or the fleet is disposed of. */
export interface Fleet extends AsyncDisposable {
  readonly deaths: readonly Death[];
  kill(name: string): void;
  freeze(name: string): void;
  thaw(name: string): void;
  /** Resolves when those that serve have all been ready once. */
  readonly ready: Promise<unknown>;
  /** Members whose work has an end; resolves when all have come to it. */
  work(members: readonly Member[]): Promise<unknown>;
}

const restartMs = 300;

type Kept = { child?: Child; killed: boolean; ready: PromiseWithResolvers<void> };

export function startFleet(serving: readonly Member[], onDeath: (death: Death) => void): Fleet {
  const stop = new AbortController();
  const deaths: Death[] = [];
  const kept = new Map<string, Kept>();
  const note = (name: string, how: string) => {
    const death = { at: Date.now(), name, how };
    deaths.push(death);
    onDeath(death);
  };
  const keep = async (member: Member) => {
    const state: Kept = { killed: false, ready: Promise.withResolvers() };
    kept.set(member.name, state);
    for (let count = 0; !stop.signal.aborted; count++) {
      try {
        state.killed = false;
        state.child = await member.start(count);
        state.ready.resolve();
        if (stop.signal.aborted) break;
        const { code, signal } = await state.child.exited;
        if (stop.signal.aborted || code === 0) return;
        if (state.killed) note(member.name, "killed");
        else if (signal === "SIGKILL") note(member.name, "point");
        else
          note(member.name, `by itself: ${signal ?? `code ${code}`}, ${state.child.lastWords()}`);
      } catch (error) {
        // It may have reached a point of death before it was ready.
        note(member.name, `at its start: ${String(error)}`);
      }
      await delay(restartMs, undefined, { signal: stop.signal }).catch(() => {});
    }
  };
  const loops = serving.map(keep);
  const signalTo = (name: string, signal: NodeJS.Signals) => {
    const { child } = kept.get(name) ?? {};
    if (child?.running) child.kill(signal);
  };
  return {
    deaths,
    ready: Promise.all([...kept.values()].map(({ ready }) => ready.promise)),
    work(members) {
      const working = members.map(keep);
      loops.push(...working);
      return Promise.all(working);
    },
    kill(name) {
      const state = kept.get(name);
      if (!state?.child?.running) return;
      state.killed = true;
      state.child.kill("SIGKILL");
    },
    freeze: (name) => signalTo(name, "SIGSTOP"),
    thaw: (name) => signalTo(name, "SIGCONT"),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all([...kept.values()].map(({ child }) => child?.[Symbol.asyncDispose]()));
      await Promise.all(loops);
      await Promise.all([...kept.values()].map(({ child }) => child?.[Symbol.asyncDispose]()));
    },
  };
}
