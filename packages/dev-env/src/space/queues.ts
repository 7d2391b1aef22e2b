import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { queueNames } from "@tendril/jobs";

import { REGION } from "../servers/servers.ts";
import { CREDENTIALS } from "./secrets.ts";

/** Whose the queues of this machine are: it stands in their addresses. */
export const ACCOUNT = "000000000000";
const DAY = 86_400;

type Attributes = Record<string, string>;

/** As the shared stack makes them: a dead-letter queue is a fence for the worst, not the way to fail. */
function wanted(prefix: string): [name: string, attributes: Attributes][] {
  const worked = queueNames.flatMap((queue): [string, Attributes][] => {
    const name = `${prefix}-${queue}`;
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}-dead`,
      maxReceiveCount: 50,
    });
    return [
      [`${name}-dead`, { MessageRetentionPeriod: String(14 * DAY) }],
      [name, { MessageRetentionPeriod: String(4 * DAY), VisibilityTimeout: "30", RedrivePolicy }],
    ];
  });
  return [
    ...worked,
    [`${prefix}-cron`, { VisibilityTimeout: "60" }],
    [`${prefix}-mail-events`, { MessageRetentionPeriod: String(4 * DAY) }],
  ];
}

export async function createQueues(backend: string, prefix: string): Promise<void> {
  const sqs = new SQSClient({
    endpoint: backend,
    region: REGION,
    credentials: CREDENTIALS,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 },
  });
  for (const [name, attributes] of wanted(prefix)) {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
  }
  sqs.destroy();
}
