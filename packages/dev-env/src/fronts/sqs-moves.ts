import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

import { z } from "zod";

import { callBackend, readBody } from "./proxy.ts";

const ACTIONS = /^AmazonSQS\.(StartMessageMoveTask|ListMessageMoveTasks|CancelMessageMoveTask)$/;
const MAX_BODY = 4 * 1024 * 1024;

/** As SQS answers what it refuses. */
class Refusal extends Error {
  readonly type: string;
  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

type Task = {
  TaskHandle?: string;
  Status: "RUNNING" | "CANCELLING" | "CANCELLED" | "COMPLETED" | "FAILED";
  SourceArn: string;
  MaxNumberOfMessagesPerSecond?: number;
  ApproximateNumberOfMessagesMoved: number;
  ApproximateNumberOfMessagesToMove: number;
  FailureReason?: string;
  StartedTimestamp: number;
};

const asked = z.object({
  SourceArn: z.string().optional(),
  DestinationArn: z.string().optional(),
  MaxNumberOfMessagesPerSecond: z.int().optional(),
  TaskHandle: z.string().optional(),
  MaxResults: z.int().min(1).max(10).default(1),
});
const answers = {
  url: z.object({ QueueUrl: z.string() }),
  queues: z.object({ QueueUrls: z.array(z.string()).default([]) }),
  attributes: z.object({ Attributes: z.record(z.string(), z.string()).default({}) }),
  messages: z.object({
    Messages: z
      .array(
        z.object({
          Body: z.string(),
          ReceiptHandle: z.string(),
          MessageAttributes: z.unknown().optional(),
          Attributes: z.record(z.string(), z.string()).default({}),
        }),
      )
      .default([]),
  }),
};

/**
 * Message move tasks, which the server behind does not know: what is in a dead-letter queue goes back to the one queue
 * that fills it, as new messages, in the background.
 */
export function playMoves(backend: string) {
  const tasks: Task[] = [];
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();

  const start = async (headers: IncomingHttpHeaders, input: z.output<typeof asked>) => {
    const call = callerOf(backend, headers);
    const { SourceArn = "", MaxNumberOfMessagesPerSecond: rate } = input;
    if (input.DestinationArn !== undefined)
      throw new Refusal("UnsupportedOperation", "This stand-in moves back to the source only.");
    if (rate !== undefined && (rate < 1 || rate > 500))
      throw new Refusal("InvalidParameterValueException", "Up to 500 messages a second.");
    const { from, to } = await findQueues(call, SourceArn);
    if (tasks.some((task) => task.SourceArn === SourceArn && isActive(task)))
      throw new Refusal(
        "InvalidParameterValueException",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    const AttributeNames = ["ApproximateNumberOfMessages"];
    const { Attributes } = answers.attributes.parse(
      await call("GetQueueAttributes", { QueueUrl: from, AttributeNames }),
    );
    const task: Task = {
      TaskHandle: randomUUID(),
      Status: "RUNNING",
      SourceArn,
      ...(rate !== undefined && { MaxNumberOfMessagesPerSecond: rate }),
      ApproximateNumberOfMessagesMoved: 0,
      ApproximateNumberOfMessagesToMove: Number(Attributes["ApproximateNumberOfMessages"]),
      StartedTimestamp: Date.now(),
    };
    tasks.unshift(task);
    const moving = move(call, { from, to, rate }, task, stopping.signal)
      .catch((error: unknown) => {
        task.Status = "FAILED";
        task.FailureReason = String(error);
      })
      .finally(() => running.delete(moving));
    running.add(moving);
    return { TaskHandle: task.TaskHandle };
  };

  const cancel = (TaskHandle: string | undefined) => {
    const task = tasks.find((task) => task.TaskHandle === TaskHandle && task.Status === "RUNNING");
    if (!task) throw new Refusal("ResourceNotFoundException", "There is no such running task.");
    task.Status = "CANCELLING";
    const { ApproximateNumberOfMessagesMoved } = task;
    return { ApproximateNumberOfMessagesMoved };
  };

  return {
    isMove: (target: string | undefined) => ACTIONS.test(target ?? ""),
    async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
      const target = String(request.headers["x-amz-target"]);
      try {
        const text = (await readBody(request, MAX_BODY)).toString();
        const input = asked.parse(JSON.parse(text || "{}"));
        if (target.endsWith("StartMessageMoveTask"))
          return say(response, 200, await start(request.headers, input));
        if (target.endsWith("CancelMessageMoveTask"))
          return say(response, 200, cancel(input.TaskHandle));
        const own = tasks.filter(({ SourceArn }) => SourceArn === input.SourceArn);
        say(response, 200, { Results: own.slice(0, input.MaxResults).map(shown) });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        say(response, 400, { __type: `com.amazonaws.sqs#${error.type}`, message: error.message });
      }
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

const isActive = ({ Status }: Task) => Status === "RUNNING" || Status === "CANCELLING";

/** Only a running task can be cancelled, so only that one has a handle. */
function shown({ TaskHandle, ...task }: Task) {
  return task.Status === "RUNNING" ? { TaskHandle, ...task } : task;
}

function say(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify(body));
}

type Call = (action: string, input: object) => Promise<unknown>;

/** With the caller's credentials. */
function callerOf(backend: string, headers: IncomingHttpHeaders): Call {
  return async (action, input) => {
    const body = Buffer.from(JSON.stringify(input));
    const { outgoing, answered } = callBackend(backend, {
      method: "POST",
      path: "/",
      headers: {
        ...headers,
        "x-amz-target": `AmazonSQS.${action}`,
        "content-length": String(body.length),
      },
    });
    outgoing.end(body);
    const answer = await answered;
    const text = (await readBody(answer, MAX_BODY)).toString();
    if (answer.statusCode !== 200) throw new Error(`${action}: ${text}`);
    return JSON.parse(text || "{}");
  };
}

async function findQueues(call: Call, arn: string): Promise<{ from: string; to: string }> {
  const QueueName = arn.split(":").at(-1) ?? "";
  const found = await call("GetQueueUrl", { QueueName }).catch(() => undefined);
  if (!found) throw new Refusal("ResourceNotFoundException", "The source queue does not exist.");
  const { QueueUrl: from } = answers.url.parse(found);
  // Ours are named after the queue that they belong to; asking for all would be asking for those of every space.
  const QueueNamePrefix = QueueName.replace(/-dead$/, "");
  const { QueueUrls } = answers.queues.parse(await call("ListQueues", { QueueNamePrefix }));
  for (const to of QueueUrls) if ((await deadLetterArn(call, to)) === arn) return { from, to };
  throw new Refusal(
    "InvalidParameterValueException",
    "Source queue must be configured as a Dead Letter Queue.",
  );
}

const redrivePolicy = z.object({ deadLetterTargetArn: z.string() });

async function deadLetterArn(call: Call, QueueUrl: string): Promise<string | undefined> {
  const { Attributes } = answers.attributes.parse(
    await call("GetQueueAttributes", { QueueUrl, AttributeNames: ["RedrivePolicy"] }),
  );
  const policy = Attributes["RedrivePolicy"];
  return policy && redrivePolicy.parse(JSON.parse(policy)).deadLetterTargetArn;
}

async function move(
  call: Call,
  { from, to, rate }: { from: string; to: string; rate: number | undefined },
  task: Task,
  stopping: AbortSignal,
): Promise<void> {
  while (task.Status === "RUNNING" && !stopping.aborted) {
    const { Messages } = answers.messages.parse(
      await call("ReceiveMessage", {
        QueueUrl: from,
        MaxNumberOfMessages: rate === undefined ? 10 : Math.min(10, rate),
        VisibilityTimeout: 30,
        WaitTimeSeconds: 0,
        AttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
    );
    if (Messages.length === 0) break;
    for (const { Body, ReceiptHandle, MessageAttributes, Attributes } of Messages) {
      const MessageGroupId = Attributes["MessageGroupId"];
      const message = { MessageBody: Body, MessageAttributes };
      await call("SendMessage", {
        QueueUrl: to,
        ...message,
        ...(MessageGroupId !== undefined && { MessageGroupId }),
      });
      await call("DeleteMessage", { QueueUrl: from, ReceiptHandle });
      task.ApproximateNumberOfMessagesMoved += 1;
    }
    const pause = rate === undefined ? 0 : (1_000 * Messages.length) / rate;
    await delay(pause, undefined, { signal: stopping }).catch(() => {});
  }
  task.Status = task.Status === "CANCELLING" || stopping.aborted ? "CANCELLED" : "COMPLETED";
}
