import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { findUnfinishedJobs, type Database } from "@tendril/database";

import { REGION } from "../servers/servers.ts";
import { CREDENTIALS } from "../space/secrets.ts";
import { until } from "../wait.ts";
import type { Ground } from "./storm.ts";

const longestMs = 300_000;

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
async function areMailsOpen({ tables, options }: Database): Promise<boolean> {
  const mails = (await tables.emailMessages.findAll(options)).map((row) => row.get());
  return mails.some(
    ({ status, unknownAtQuietMs }) =>
      status === "waiting" || status === "sending" || unknownAtQuietMs !== null,
  );
}

/** Nobody here has a quarter of an hour to prove that nothing more comes. */
async function passQuietTime({ sequelize }: Database): Promise<void> {
  await sequelize.query("UPDATE quiet_clock SET quiet_ms = quiet_ms + 900000");
}

/** Resolves when nothing is under way any more. Messages are repeated until the last job has ended. */
export async function rest(
  { db, courier, servers, space }: Ground,
  signal: AbortSignal,
): Promise<true> {
  const look = { timeout: longestMs, every: 500, signal, failure: () => "no rest" };
  const noJobs = async () => (await findUnfinishedJobs(db)).length === 0;
  await until(async () => (await noJobs()) || undefined, look);
  await courier.calm();
  return until(async () => {
    const counts = await countWaiting(servers.addresses.fauxqs, space.name);
    if ([...counts.values()].some((count) => count > 0) || !(await noJobs())) return undefined;
    if (!(await areMailsOpen(db))) return true;
    await passQuietTime(db);
    return undefined;
  }, look);
}
