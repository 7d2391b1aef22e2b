import { SQSServiceException } from "@aws-sdk/client-sqs";
import {
  cronQueue,
  mailEvents,
  queueDepth,
  queueNames,
  type AnyQueueName,
  type DeadQueueName,
  type QueueDepth,
  type QueueName,
  type Queues,
} from "@tendril/jobs";
import { InvalidInputError, messageOf, UnavailableError } from "@tendril/runtime";

/** As they are called behind their prefix. */
const rawQueueNames: readonly AnyQueueName[] = [
  ...queueNames.flatMap((queue): AnyQueueName[] => [queue, `${queue}-dead`]),
  mailEvents,
  cronQueue,
];

export function readQueueName(name: string): AnyQueueName {
  const known = rawQueueNames.find((queue) => queue === name);
  if (known) return known;
  throw new InvalidInputError(`There is no queue ${name}: there are ${rawQueueNames.join(", ")}.`);
}

/** The dead-letter queue that is meant, by its own name or by that of the queue before it. */
export function readDeadQueueName(name: string): DeadQueueName {
  const queue = queueNames.find((queue) => name === queue || name === `${queue}-dead`);
  if (queue) return `${queue}-dead`;
  throw new InvalidInputError(
    `There is nothing to move back for ${name}: there are ${queueNames.map((queue) => `${queue}-dead`).join(", ")}.`,
  );
}

export type RawQueue = QueueDepth & {
  queue: AnyQueueName;
  /** Of a queue of jobs: all that its dead-letter queue holds. */
  dead: number | null;
};

/** Those that something reads, in the order in which they are shown. */
export const liveQueueNames = [...queueNames, mailEvents, cronQueue] as const;

/** What SQS says of all queues. Only asks, so no receive count changes. */
export async function lookAtQueues(queues: Queues): Promise<RawQueue[]> {
  const look = (queue: AnyQueueName) => orAway(queueDepth(queues, queue));
  const jobs = queueNames.map(async (queue: QueueName): Promise<RawQueue> => {
    const [depth, dead] = await Promise.all([look(queue), look(`${queue}-dead`)]);
    return { queue, ...depth, dead: dead.visible + dead.inFlight + dead.delayed };
  });
  const others = [mailEvents, cronQueue] as const;
  return Promise.all([
    ...jobs,
    ...others.map(async (queue) => ({ queue, ...(await look(queue)), dead: null })),
  ]);
}

/** What SQS refuses it says itself; silence is put into words. */
export async function orAway<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof SQSServiceException) throw error;
    throw new UnavailableError("sqs", `SQS does not answer${reasonOf(error)}`, { cause: error });
  }
}

/** The client's own words for waiting in vain name its parts and its settings. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return " in time";
  return `: ${messageOf(error) || "no reason given"}`;
}
