import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { findUnfinishedJobs, type Database } from "@tendril/database";

import { REGION } from "../servers/servers.ts";
import { CREDENTIALS } from "../space/secrets.ts";

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

/** Nothing is under way any more. */
export async function isStill(db: Database, endpoint: string, prefix: string): Promise<boolean> {
  if ((await findUnfinishedJobs(db)).length > 0) return false;
  const counts = await countWaiting(endpoint, prefix);
  return [...counts.values()].every((count) => count === 0);
}
