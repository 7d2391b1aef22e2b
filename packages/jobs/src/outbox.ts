import {
  insertJob,
  insertJobs,
  type Database,
  type DispatchableJob,
  type NewJob,
} from "@tendril/database";
import { timeOrderedId, type Clock } from "@tendril/runtime";

import { catalogue, type JobName, type JobPayload } from "./catalogue.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { currentOrigin } from "./origin.ts";

export type EnqueueOptions = {
  /** The person whom the work is for: fair queues take turns between them. */
  fairnessGroup: string;
  /** The request, job or tick that this follows from. */
  trace: string;
  requestedBy?: number | null;
  runAt?: Date;
  /** Instead of `runAt`: milliseconds from now. */
  afterMs?: number;
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
  /** Many in one statement; answers how many of them do not wait already. */
  enqueueAll<Name extends JobName>(
    tx: Database,
    name: Name,
    jobs: readonly { payload: JobPayload<Name>; options: EnqueueOptions }[],
  ): Promise<number>;
  /** For a row that this transaction has put back to waiting. */
  sendAgain(tx: Database, job: DispatchableJob): void;
};

/**
 * Writes jobs in the caller's transaction, so that what happened and what follows from it are one fact.
 * They are sent after the commit, in the background: no request waits for SQS.
 */
export function createOutbox(dispatcher: Pick<Dispatcher, "offer">, clock: Clock): Outbox {
  /** Those whose time has not come are the relay's. */
  const sendAfterCommit = (tx: Database, row: NewJob & DispatchableJob) => {
    if (row.runAt <= clock.now()) tx.afterCommit?.(() => dispatcher.offer(pointerTo(row)));
  };
  return {
    async enqueue(tx, name, payload, options) {
      demandTransaction(tx, name);
      const now = clock.now();
      const row = newRow(name, payload, options, now);
      if (!(await insertJob(tx, row))) return null;
      tellOrigin(tx, now);
      sendAfterCommit(tx, row);
      return row.id;
    },
    async enqueueAll(tx, name, jobs) {
      demandTransaction(tx, name);
      const now = clock.now();
      const rows = jobs.map(({ payload, options }) => newRow(name, payload, options, now));
      const inserted = new Set(await insertJobs(tx, rows));
      if (inserted.size > 0) tellOrigin(tx, now);
      for (const row of rows) if (inserted.has(row.id)) sendAfterCommit(tx, row);
      return inserted.size;
    },
    sendAgain: (tx, job) => tx.afterCommit?.(() => dispatcher.offer(pointerTo(job))),
  };
}

function demandTransaction({ afterCommit }: Database, name: JobName): void {
  if (!afterCommit) throw new Error(`${name} was enqueued outside a transaction`);
}

/** A request is written down when jobs follow from it. */
function tellOrigin({ afterCommit }: Database, wroteAt: Date): void {
  const origin = currentOrigin();
  if (origin && "committed" in origin) afterCommit?.(() => origin.committed(wroteAt));
}

/** The job whose handler is at work here. */
function parentId(): string | null {
  const origin = currentOrigin();
  return origin && "jobId" in origin ? origin.jobId : null;
}

function newRow<Name extends JobName>(
  name: Name,
  payload: JobPayload<Name>,
  options: EnqueueOptions,
  now: Date,
): NewJob & DispatchableJob {
  const { version, queue, schema } = catalogue[name];
  return {
    id: timeOrderedId(),
    generation: 0,
    claims: 0,
    name,
    version,
    queue,
    fairnessGroup: options.fairnessGroup,
    trace: options.trace,
    parentId: parentId(),
    payload: JSON.stringify(schema.parse(payload)),
    requestedBy: options.requestedBy ?? null,
    dedupeKey: options.dedupeKey ?? null,
    runAt: options.runAt ?? new Date(now.getTime() + (options.afterMs ?? 0)),
    createdAt: now,
  };
}

/** What waits to be sent must not hold payloads in memory. */
function pointerTo(row: DispatchableJob): DispatchableJob {
  const { id, generation, claims, name, version, queue, fairnessGroup, trace } = row;
  return { id, generation, claims, name, version, queue, fairnessGroup, trace };
}
