import { insertTraces, type Database, type TraceRow } from "@tendril/database";
import { repeat, seconds, type Clock, type Logger } from "@tendril/runtime";

import type { Origin } from "./origin.ts";

/** A request or a command from its beginning on. */
export type Beginning = Pick<TraceRow, "id" | "kind" | "what" | "startedAt">;

export type TraceRecorder = {
  /**
   * The origin of what follows from it, and what to call at its end; `status` is what a request was answered with.
   * Only what had jobs as its consequence is written down.
   */
  begin(beginning: Beginning): { origin: Origin; end: (status?: number) => void };
} & AsyncDisposable;

/** Beyond this the oldest are forgotten: memory must not grow while the database is slow. */
const bufferLimit = 1_000;

/**
 * Writes down which requests jobs follow from, a moment later and many in one statement: nobody waits for it, and
 * what a dying process takes with it is a line of a waterfall, never work.
 */
export function createTraceRecorder({
  db,
  clock,
  logger,
  instanceId,
  release,
}: {
  db: Database;
  clock: Clock;
  logger: Logger;
  instanceId: string;
  release: { commit: string };
}): TraceRecorder {
  let waiting: TraceRow[] = [];
  const flush = async () => {
    const traces = waiting;
    waiting = [];
    await insertTraces(db, traces);
  };
  const onError = (error: unknown) =>
    logger.warn({ err: error }, "requests were not written down: their traces begin with jobs");
  const flushing = repeat(flush, { pauseMs: seconds(1), pauseFirst: true, onError });

  return {
    begin(beginning) {
      let written: { wroteAt: Date; committedAt: Date } | undefined;
      const committed = (wroteAt: Date) => {
        written = { wroteAt: written?.wroteAt ?? wroteAt, committedAt: clock.now() };
      };
      const end = (status?: number) => {
        if (!written) return;
        if (waiting.length >= bufferLimit) waiting.shift();
        const where = { instance: instanceId, release: release.commit };
        const row = { ...beginning, ...where, ...written, endedAt: clock.now() };
        waiting.push({ ...row, status: status ?? null });
      };
      return { origin: { committed }, end };
    },
    async [Symbol.asyncDispose]() {
      await flushing[Symbol.asyncDispose]();
      await flush().catch(onError);
    },
  };
}
