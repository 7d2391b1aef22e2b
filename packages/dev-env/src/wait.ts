import { setTimeout as delay } from "node:timers/promises";

type Options = {
  /** Milliseconds until it is given up. */
  timeout: number;
  every?: number;
  /** Names what was waited for, when it is given up. */
  failure: () => string | Promise<string>;
  signal?: AbortSignal | undefined;
};

/** Asks again until the answer is not undefined. For states that nobody announces. */
export async function until<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  { timeout, every = 25, failure, signal }: Options,
): Promise<T> {
  const deadline = performance.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    signal?.throwIfAborted();
    if (performance.now() > deadline) throw new Error(await failure());
    await delay(every, undefined, { signal });
  }
}

/** What the promise brings, or undefined when it takes longer than that. */
export async function within<T>(
  promise: PromiseLike<T>,
  milliseconds: number,
): Promise<T | undefined> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      promise,
      delay(milliseconds, undefined, { signal: timer.signal, ref: true }),
    ]);
  } finally {
    timer.abort();
  }
}

/** Like `Promise.all`, but nothing is still on its way when it throws. */
export async function together<const T extends readonly Promise<unknown>[]>(promises: T) {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
