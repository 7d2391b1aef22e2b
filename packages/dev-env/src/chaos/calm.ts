import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { findUnfinishedJobs } from "@tendril/database";

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

/** Resolves when nothing is under way any more. Messages are repeated until the last job has ended. */
export async function rest(
  { db, courier, servers, space }: Ground,
  signal: AbortSignal,
): Promise<true> {
  const look = { timeout: longestMs, every: 500, signal, failure: () => "no rest" };
  await until(async () => (await findUnfinishedJobs(db)).length === 0 || undefined, look);
  await courier.calm();
  return until(async () => {
    const counts = await countWaiting(servers.addresses.fauxqs, space.name);
    return [...counts.values()].every((count) => count === 0) || undefined;
  }, look);
}
