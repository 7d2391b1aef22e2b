import { findSuspendedIds, type Database } from "@tendril/database";
import { repeat, seconds, type Clock, type Logger } from "@tendril/runtime";

import { absoluteMs } from "./session-store.ts";

export type Suspensions = {
  has(userId: number): boolean;
  /** Looks now instead of within the second. */
  refresh(): Promise<void>;
} & AsyncDisposable;

/**
 * Who was suspended while a session of theirs may still be there. Sessions cost no query, so each process looks once
 * a second for all: wherever somebody is suspended, also from the command line, their sessions end within that.
 */
export function watchSuspensions({
  db,
  clock,
  logger,
}: {
  db: Database;
  clock: Clock;
  logger: Logger;
}): Suspensions {
  let suspended: ReadonlySet<number> = new Set();
  const refresh = async () => {
    const since = new Date(clock.now().getTime() - absoluteMs);
    suspended = new Set(await findSuspendedIds(db, since));
  };
  // While the database is away what was known holds.
  const onError = (error: unknown) => logger.debug({ err: error }, "suspensions are not known");
  const looking = repeat(refresh, { pauseMs: seconds(1), onError });
  return {
    has: (userId) => suspended.has(userId),
    refresh,
    [Symbol.asyncDispose]: () => looking[Symbol.asyncDispose](),
  };
}
