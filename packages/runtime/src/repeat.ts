import { setTimeout as delay } from "node:timers/promises";

export type Repetition = {
  /** Does not wait for the pause to end. */
  now(): void;
} & AsyncDisposable;

type RepeatOptions = {
  /** From the end of one run to the beginning of the next. */
  pauseMs: number;
  /** Begins with a pause, not with a run. */
  pauseFirst?: boolean;
  /** A failing run is reported here, and does not end the repetition. */
  onError: (error: unknown) => void;
};

/** Runs `work` again and again until disposed of; disposing waits for the run in progress. */
export function repeat(
  work: (signal: AbortSignal) => Promise<void>,
  { pauseMs, pauseFirst = false, onError }: RepeatOptions,
): Repetition {
  const stop = new AbortController();
  let awake = new AbortController();

  const pause = async () => {
    const signal = AbortSignal.any([stop.signal, awake.signal]);
    await delay(pauseMs, undefined, { signal }).catch(() => {});
  };
  const loop = async () => {
    if (pauseFirst) await pause();
    while (!stop.signal.aborted) {
      // From here on "now" means another run: the one that begins may look too early for whoever says it.
      awake = new AbortController();
      await work(stop.signal).catch(onError);
      if (!stop.signal.aborted) await pause();
    }
  };
  const ended = loop();

  return {
    now: () => awake.abort(),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended;
    },
  };
}
