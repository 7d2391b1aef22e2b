import { setTimeout as delay } from "node:timers/promises";

/**
 * Runs `work` again and again, `pauseMs` after it ended, until disposed of; waits for the run in progress.
 * A failing run is reported and does not end the repetition.
 */
export function repeat(
  pauseMs: number,
  work: (signal: AbortSignal) => Promise<void>,
  onError: (error: unknown) => void,
) {
  const stop = new AbortController();
  let wake = new AbortController();

  const loop = async () => {
    while (!stop.signal.aborted) {
      await work(stop.signal).catch(onError);
      wake = new AbortController();
      await delay(pauseMs, undefined, {
        signal: AbortSignal.any([stop.signal, wake.signal]),
      }).catch(() => {});
    }
  };
  const ended = loop();

  return {
    /** Does not wait for the pause to end. */
    now(): void {
      wake.abort();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      stop.abort();
      await ended;
    },
  };
}
