import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import {
  connectDatabase,
  insertEmailMessage,
  readDatabaseConfig,
  transaction,
} from "@tendril/database";
import {
  catalogue,
  connectQueues,
  createDispatcher,
  createOutbox,
  queueConfig,
  queueVariables,
} from "@tendril/jobs";
import { createLogger, readEnvironment, systemClock } from "@tendril/runtime";
import { z } from "zod";

/** How a job gets from its transaction to SQS: by our outbox, alone, or in batches of ten. */
export const ways = ["outbox", "single", "batches"] as const;
export type Way = (typeof ways)[number];

const assignment = z.object({
  way: z.enum(ways),
  run: z.string(),
  count: z.number(),
  user: z.object({ id: z.number(), email: z.string() }),
  /** Jobs per second; as fast as possible when it is 0. */
  rate: z.number(),
});
export type SenderAssignment = z.infer<typeof assignment>;

// The catalogue has no quick job of its own yet; those will be in this queue.
catalogue["send-email"].queue = "tasks";

const lanes = 10;
const batchSize = 10;

async function sendAll({ way, run, count, user, rate }: SenderAssignment): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const logger = createLogger({ level: "warn", tier: "web", instance: "bench" });
  const db = resources.use(connectDatabase(readDatabaseConfig(process.env)));
  const queues = resources.use(
    connectQueues(queueConfig(readEnvironment(process.env, queueVariables))),
  );
  const dispatcher = resources.use(createDispatcher({ db, queues, clock: systemClock, logger }));
  const outbox = createOutbox(dispatcher, systemClock);
  const QueueUrl = await queues.url("tasks");
  let batch: number[] = [];
  const flush = async () => {
    const Entries = batch.map((emailId) => ({ Id: `${emailId}`, MessageBody: `${emailId}` }));
    batch = [];
    if (Entries.length > 0)
      await queues.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  };

  const sendOne = async (n: number) => {
    const emailId = await transaction(db, async (tx) => {
      const mail = { userId: user.id, recipient: user.email, template: "welcome" as const };
      const id = await insertEmailMessage(tx, { ...mail, event: `${run}:${n}` });
      if (id === null) throw new Error(`${run}:${n} is there already`);
      const options = { fairnessGroup: `user-${user.id}`, trace: run, requestedBy: user.id };
      if (way === "outbox") await outbox.enqueue(tx, "send-email", { emailId: id }, options);
      return id;
    });
    if (way === "single")
      await queues.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `${emailId}` }));
    if (way !== "batches") return;
    batch.push(emailId);
    if (batch.length >= batchSize) await flush();
  };

  const began = performance.now();
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const n = next++;
      if (rate > 0) {
        const wait = (n * 1_000) / rate - (performance.now() - began);
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      }
      await sendOne(n);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await flush();
}

await sendAll(assignment.parse(JSON.parse(process.env["TENDRIL_BENCH"] ?? "")));
