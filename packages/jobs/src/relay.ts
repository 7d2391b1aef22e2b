import { findUndispatchedJobs, type Database } from "@tendril/database";
import { seconds, type Clock } from "@tendril/runtime";

import type { Queues } from "./queues.ts";
import { sendJobs } from "./send.ts";

/** A living process sends its own rows well within this time. */
const graceMs = seconds(10);

/** Rows in one pass: enough for a backlog, few enough for one short query. */
const passSize = 200;

/**
 * Sends what was left behind: by a process that died, while SQS was down, or because its time had not come.
 * Any number of relays may run; a job that two of them send is claimed once. Answers how many it found.
 */
export async function relayOnce(parts: {
  db: Database;
  queues: Queues;
  clock: Clock;
}): Promise<number> {
  const now = parts.clock.now();
  const olderThan = new Date(now.getTime() - graceMs);
  const jobs = await findUndispatchedJobs(parts.db, { now, olderThan, limit: passSize });
  await sendJobs(parts, jobs);
  return jobs.length;
}
