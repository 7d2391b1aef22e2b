import { insertJob, type Database, type DispatchableJob } from "@tendril/database";
import { timeOrderedId, type Clock } from "@tendril/runtime";

import { catalogue, type JobName, type JobPayload } from "./catalogue.ts";
import type { Dispatcher } from "./dispatcher.ts";

export type EnqueueOptions = {
  /** The person whom the work is for: fair queues take turns between them. */
  fairnessGroup: string;
  /** The request, job or tick that this follows from. */
  trace: string;
  requestedBy?: number;
  runAt?: Date;
  /** While a job with this key waits, no second one is made: the one that waits will see what is new. */
  dedupeKey?: string;
};

export type Outbox = {
  /** The job's id; null when one with the same dedupe key waits already. */
  enqueue<Name extends JobName>(
    tx: Database,
    name: Name,
    payload: JobPayload<Name>,
    options: EnqueueOptions,
  ): Promise<string | null>;
};

/**
 * Writes jobs in the caller's transaction, so that what happened and what follows from it are one fact.
 * They are sent after the commit, in the background: no request waits for SQS.
 */
export function createOutbox(dispatcher: Dispatcher, clock: Clock): Outbox {
  return {
    async enqueue(tx, name, payload, options) {
      const { afterCommit } = tx;
      if (!afterCommit) throw new Error(`${name} was enqueued outside a transaction`);

      const { version, queue, schema } = catalogue[name];
      const now = clock.now();
      const job: DispatchableJob = {
        id: timeOrderedId(),
        generation: 0,
        claims: 0,
        name,
        version,
        queue,
        fairnessGroup: options.fairnessGroup,
        trace: options.trace,
      };
      const runAt = options.runAt ?? now;
      const inserted = await insertJob(tx, {
        ...job,
        payload: JSON.stringify(schema.parse(payload)),
        requestedBy: options.requestedBy ?? null,
        dedupeKey: options.dedupeKey ?? null,
        runAt,
        createdAt: now,
      });
      if (!inserted) return null;
      if (runAt <= now) afterCommit(() => dispatcher.offer(job));
      return job.id;
    },
  };
}
