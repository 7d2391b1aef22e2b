import {
  connectQueues,
  mailEvents,
  queueConfig,
  queueDepth,
  queueNames,
  queueVariables,
  type QueueConfig,
  type Queues,
} from "@tendril/jobs";
import { readEnvironment, type Environment } from "@tendril/runtime";

import { fine, wrong, type Check, type Finding } from "../check.ts";
import { explainAws } from "../explain/aws.ts";
import { codesOf } from "../explain/causes.ts";
import { unexpected } from "../explain/unexpected.ts";
import { checkWith } from "./readable.ts";

type QueueId = Parameters<Queues["url"]>[0];

/** `web` only sends, so it knows the four queues of jobs; `worker` knows all that there is. */
const known: Record<"web" | "worker", readonly QueueId[]> = {
  web: queueNames,
  worker: [...queueNames, ...queueNames.map((name) => `${name}-dead` as const), mailEvents],
};

/** Asks where they are, and as a worker how full: sending and receiving cannot be tried without leaving a trace. */
export function checkQueues(environment: Environment, tier: "web" | "worker"): Check {
  const read = () => queueConfig(readEnvironment(environment, queueVariables));
  return checkWith("queues", read, (config) => look(config, tier));
}

async function look(config: QueueConfig, tier: "web" | "worker"): Promise<Finding[]> {
  using queues = connectQueues(config);
  const ask = async (queue: QueueId): Promise<Finding | undefined> => {
    let action = "sqs:GetQueueUrl";
    try {
      await queues.url(queue);
      action = "sqs:GetQueueAttributes";
      if (tier === "worker") await queueDepth(queues, queue);
      return undefined;
    } catch (error) {
      return explain(error, { ...config, queue, action });
    }
  };
  const names = known[tier];
  const found = await Promise.all(names.map(ask));
  const troubles = found.filter((finding) => finding !== undefined);
  // One reason for all of them is one finding.
  const different = [...new Map(troubles.map((each) => [each.says, each])).values()];
  return different.length > 0
    ? different
    : [fine(`all ${names.length} of ${config.prefix}-* are there`)];
}

function explain(
  error: unknown,
  { region, prefix, queue, action }: QueueConfig & { queue: QueueId; action: string },
): Finding {
  const name = `${prefix}-${queue}`;
  const codes = codesOf(error);
  if (codes.has("QueueDoesNotExist") || codes.has("AWS.SimpleQueueService.NonExistentQueue"))
    return wrong({
      says: `there is no queue ${name} in ${region}, or no right to it`,
      cure: `Is QUEUE_PREFIX right (${prefix}), and AWS_REGION? Else make the queue, or allow sqs:GetQueueUrl on arn:aws:sqs:${region}:*:${prefix}-* in the policy of this tier's instance role.`,
    });
  const call = {
    service: "SQS",
    region,
    action,
    resource: `arn:aws:sqs:${region}:*:${prefix}-*`,
  };
  return wrong(explainAws(error, call) ?? unexpected(error));
}
