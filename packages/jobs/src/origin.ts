import { AsyncLocalStorage } from "node:async_hooks";

/** What is at work here, and so the cause of the jobs that are enqueued meanwhile. */
export type Origin =
  /** A job; what follows from it names it. */
  | { jobId: string }
  /** A request or a command: told when a transaction with jobs is committed, and when the first of them was written. */
  | { committed(wroteAt: Date): void };

const origins = new AsyncLocalStorage<Origin>();

/** Every job enqueued inside `work`, however deep, follows from `origin`. */
export function withOrigin<Result>(origin: Origin, work: () => Result): Result {
  return origins.run(origin, work);
}

export function currentOrigin(): Origin | undefined {
  return origins.getStore();
}
