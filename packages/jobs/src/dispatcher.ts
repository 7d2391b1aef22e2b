import { setImmediate } from "node:timers/promises";

import type { Database, DispatchableJob } from "@tendril/database";
import { checkpoint, seconds, type Clock, type Logger } from "@tendril/runtime";

import type { Queues } from "./queues.ts";
import { sendJobs } from "./send.ts";

export type Dispatcher = { offer(job: DispatchableJob): void } & AsyncDisposable;

/** Beyond this the relay is the better way: memory must not grow while SQS is slow. */
const bufferLimit = 1_000;

/**
 * What has waited longer is the relay's, and sent by it: two messages are more work for an SQS that is slow, and the
 * later one could come after the job's death, as if somebody wanted it done again.
 */
export const dispatchMs = seconds(10);

/** As many as are sent within a moment; then it is looked again who has waited for too long. */
const atOnce = 200;

/** Sends what was committed, in the background. What it cannot send, the relay will. */
export function createDispatcher(parts: {
  db: Database;
  queues: Queues;
  clock: Clock;
  logger: Logger;
}): Dispatcher {
  let waiting: { job: DispatchableJob; since: number }[] = [];
  let sending: Promise<void> | undefined;
  const stopping = new AbortController();
  const now = () => parts.clock.now().getTime();

  const sendAll = async () => {
    while (waiting.length > 0) {
      const next = waiting.splice(0, atOnce).filter(({ since }) => now() - since < dispatchMs);
      const jobs = next.map(({ job }) => job);
      await sendJobs(parts, jobs, { stopping: stopping.signal }).catch((error: unknown) => {
        if (stopping.signal.aborted) waiting = [];
        parts.logger.warn(
          { err: error, jobs: jobs.length },
          "jobs were not sent; the relay will send them",
        );
      });
    }
    sending = undefined;
  };

  return {
    offer(job) {
      checkpoint("committed");
      if (waiting.length >= bufferLimit) return;
      waiting.push({ job, since: now() });
      // Not at once, as the jobs of one transaction come one by one; and one send at a time, so that
      // what comes meanwhile makes the next batch fuller.
      sending ??= setImmediate().then(sendAll);
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await sending;
    },
  };
}
