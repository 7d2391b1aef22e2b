import { catalogue, heartbeat, heartbeatMs, LeaseLostError, type Claimed } from "@tendril/jobs";
import { repeat, seconds } from "@tendril/runtime";

import type { Engine } from "./engine.ts";

/** Why a running job was broken off: its worker goes, which is not the job's fault. */
export class StoppingError extends Error {
  override readonly name = "StoppingError";
}

class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";
}

export type Circumstances = {
  stopping: AbortSignal;
  /** Keeps the message from being delivered to others while this attempt lasts. */
  keepHidden: () => Promise<void>;
};

export type Lease = {
  /** Aborted when the job's time is up, the worker stops or another worker has the job. */
  broken: AbortSignal;
  /** From now on its time runs. */
  startTime(): void;
} & AsyncDisposable;

/**
 * Keeps a claimed job with this worker while it waits for room, runs and commits: others take a lease that ran out
 * for the end of its worker, and a long commit would be overtaken again and again. One that is broken off is kept no
 * longer.
 */
export function keepLease(
  engine: Pick<Engine, "db" | "clock" | "instanceId" | "release">,
  { name, attempt }: Claimed,
  { stopping, keepHidden }: Circumstances,
): Lease {
  const broken = new AbortController();
  const stop = () => broken.abort(new StoppingError("The worker is stopping"));
  stopping.addEventListener("abort", stop, { once: true });
  const beating = repeat(
    async () => {
      if (broken.signal.aborted) return;
      if (await heartbeat(engine, attempt)) return keepHidden();
      broken.abort(new LeaseLostError("Another worker has this job"));
    },
    // One that fails is made up for by the next: the lease outlasts three of them.
    { pauseMs: heartbeatMs, pauseFirst: true, onError: () => {} },
  );
  let limit: NodeJS.Timeout | undefined;

  return {
    broken: broken.signal,
    startTime() {
      const { timeLimitSeconds } = catalogue[name];
      const tooLong = new TimeLimitError(`Not done within ${timeLimitSeconds} s`);
      limit = setTimeout(() => broken.abort(tooLong), seconds(timeLimitSeconds));
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(limit);
      stopping.removeEventListener("abort", stop);
      await beating[Symbol.asyncDispose]();
    },
  };
}
