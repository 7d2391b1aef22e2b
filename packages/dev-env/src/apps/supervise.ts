import { setTimeout as delay } from "node:timers/promises";

import type { Child } from "../process/child.ts";
import { oneLine } from "../user-error.ts";
import { type AppOptions, startAppProcess } from "./app-process.ts";

const FIRST_DELAY = 500;
const LONGEST_DELAY = 10_000;

/** Keeps a tier running, as the platform does: what crashes is started again, a little later each time. */
export async function supervise(
  options: AppOptions,
  say: (line: string) => void,
): Promise<AsyncDisposable> {
  const stop = new AbortController();
  let child: Child = await startAppProcess(options);
  const watching = (async () => {
    let wait = FIRST_DELAY;
    while (!stop.signal.aborted) {
      const { code, signal } = await child.exited;
      if (stop.signal.aborted) return;
      say(`! ${options.tier} ended (${signal ?? `code ${code}`}): starting it again`);
      const begun = performance.now();
      await delay(wait, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return;
      try {
        child = await startAppProcess(options);
        say(`✓ ${options.tier} is back`);
      } catch (error) {
        say(`! ${oneLine(error)}`);
      }
      wait = performance.now() - begun > 60_000 ? FIRST_DELAY : Math.min(wait * 2, LONGEST_DELAY);
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await child[Symbol.asyncDispose]();
      await watching;
      // One that was just being started again when the end came.
      await child[Symbol.asyncDispose]();
    },
  };
}
