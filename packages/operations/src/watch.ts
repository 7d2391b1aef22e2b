import { takeWatchTurn } from "@tendril/database";
import type { Logger } from "@tendril/runtime";

import { describeAlarm } from "./alarms/describe.ts";
import { readAlarms } from "./alarms/read.ts";
import { recordReadings } from "./alarms/record.ts";
import type { OperationsContext } from "./context.ts";
import { sampleQueues } from "./queues/sample.ts";

type Watcher = {
  instanceId: string;
  /** Who is told of alarms; nobody, if not said. */
  opsMail: string | undefined;
  logger: Pick<Logger, "info" | "error">;
};

/**
 * Once a minute, by whichever worker comes first: a sample of each queue, then the alarms. Lines in the log carry the
 * same figures; when they stop coming, nobody watches.
 */
export async function watch(
  context: Pick<OperationsContext, "db" | "queues" | "outbox" | "clock">,
  { instanceId, opsMail, logger }: Watcher,
): Promise<boolean> {
  const { db, clock } = context;
  const minute = new Date(clock.now());
  minute.setUTCSeconds(0, 0);
  if (!(await takeWatchTurn(db, { minute, worker: instanceId }))) return false;

  for (const { queue, visible, inFlight, delayed, dead, ...ledger } of await sampleQueues(
    context,
    minute,
  )) {
    const { due, oldestMs: ageMs, finished, openLetters } = ledger;
    const sqs = { visible, inFlight, delayed, dead };
    logger.info({ queue, ...sqs, due, ageMs, finished, openLetters }, "queue metrics");
  }
  const readings = await readAlarms(db, clock.now());
  const { opened, closed } = await recordReadings(context, readings, opsMail);
  for (const { alarm, subject, value } of readings)
    if (value !== null) logger.info({ alarm, subject, value }, "watch metrics");
  for (const incident of opened) {
    const { id, alarm, subject } = incident;
    logger.error({ incident: id, alarm, subject, what: describeAlarm(incident).title }, "alarm");
  }
  for (const { id, alarm, subject } of closed)
    logger.info({ incident: id, alarm, subject }, "alarm is over");
  return true;
}
