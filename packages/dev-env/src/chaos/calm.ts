import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { findUnfinishedJobs, type Database } from "@tendril/database";

import { REGION, type ServerAddresses } from "../servers/servers.ts";
import { CREDENTIALS } from "../space/secrets.ts";
import { until, within } from "../wait.ts";
import { passQuietTime } from "./pass-time.ts";
import type { Ground } from "./storm.ts";

/** A lease, what the reconciler waits, the rest that a push service is given, and a backlog's time on a slow machine. */
const longestMs = 900_000;

/** One step after the other; undefined when all came to an end in time, else for what it was waited. */
export async function comeToRest(
  { signal }: Pick<Ground, "signal">,
  steps: readonly (readonly [name: string, end: () => Promise<unknown>])[],
): Promise<string | undefined> {
  const deadline = performance.now() + longestMs;
  for (const [name, end] of steps) {
    const leftMs = Math.max(0, deadline - performance.now());
    const ended = end().then(
      () => true,
      () => false,
    );
    if (!(await within(ended, leftMs))) return `no rest within ${longestMs / 1_000} s, for ${name}`;
    signal.throwIfAborted();
  }
  return undefined;
}

/** Messages in each queue of the space, also those that somebody has in hand. */
export async function countWaiting(endpoint: string, prefix: string): Promise<Map<string, number>> {
  const sqs = new SQSClient({ endpoint, region: REGION, credentials: CREDENTIALS });
  try {
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
    const counts = new Map<string, number>();
    for (const QueueUrl of QueueUrls) {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
          ],
        }),
      );
      const all = Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
      counts.set(QueueUrl.split("/").at(-1) ?? QueueUrl, all);
    }
    return counts;
  } finally {
    sqs.destroy();
  }
}

/** Mails that may still be sent: unknown ones until enough quiet time has passed. */
async function areMailsOpen({ sequelize }: Database): Promise<boolean> {
  const [rows] = await sequelize.query(
    `SELECT id FROM email_messages
      WHERE status IN ('waiting', 'sending') OR unknown_at_quiet_ms IS NOT NULL LIMIT 1`,
  );
  return rows.length > 0;
}

/** A repetition that comes while its job runs is hidden for as long as a lease: the last jobs are spared. */
const spared = 15;

type Resting = Pick<Ground, "db" | "space"> & {
  courier?: Ground["courier"];
  servers: { addresses: ServerAddresses };
};

/** Resolves when nothing is under way any more. Messages are repeated until nearly all jobs have ended. */
export async function rest(
  { db, courier, servers, space }: Resting,
  signal: AbortSignal,
): Promise<true> {
  const look = { timeout: longestMs, every: 500, signal, failure: () => "no rest" };
  const left = async () => (await findUnfinishedJobs(db)).length;
  const noJobs = async () => (await left()) === 0;
  await until(async () => (await left()) <= spared || undefined, look);
  await courier?.calm();
  return until(async () => {
    const counts = await countWaiting(servers.addresses.fauxqs, space.name);
    if ([...counts.values()].some((count) => count > 0) || !(await noJobs())) return undefined;
    if (space.fronts.ses.eventsUnderWay > 0) return undefined;
    if (!(await areMailsOpen(db))) return true;
    await passQuietTime(db);
    return undefined;
  }, look);
}
