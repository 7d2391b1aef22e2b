import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import {
  connectDatabase,
  readDatabaseConfig,
  transaction,
  type Database,
  type DatabaseConnection,
} from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import { createLogger, timeOrderedId, type Clock } from "@tendril/runtime";
import { z } from "zod";

import {
  connectQueues,
  createDispatcher,
  createOutbox,
  decodeMessage,
  type Dispatcher,
  type EnqueueOptions,
  type JobMessage,
  type Outbox,
  type QueueName,
  type Queues,
} from "../src/index.ts";

const logger = createLogger({ level: "silent", tier: "worker", instance: "test" });
const options: EnqueueOptions = { fairnessGroup: "test", trace: "test" };

/** Database and queues without the tiers: nobody else sends, receives or claims. */
export interface JobSpace extends AsyncDisposable {
  readonly env: TestEnv;
  readonly db: DatabaseConnection;
  readonly queues: Queues;
  readonly dispatcher: Dispatcher;
  readonly outbox: Outbox;
  /** Moved by tests; what it says is the time. */
  readonly clock: Clock & { at: Date };
  /** How many messages each request to send held. */
  readonly batches: number[];
}

export async function openJobSpace(): Promise<JobSpace> {
  await using stack = new AsyncDisposableStack();
  const env = stack.use(await startTestEnv({ tiers: [] }));
  const db = stack.use(connectDatabase(readDatabaseConfig(env.environment)));
  const region = env.environment["AWS_REGION"] ?? "";
  const queues = stack.use(connectQueues({ region, prefix: env.space.name }));
  const batches: number[] = [];
  queues.sqs.middlewareStack.add(
    (next) => (call) => {
      if ("Entries" in call.input) batches.push(call.input.Entries?.length ?? 0);
      return next(call);
    },
    { step: "initialize" },
  );
  const clock = { at: new Date(), now: () => clock.at };
  const dispatcher = stack.use(createDispatcher({ db, queues, clock, logger }));
  const outbox = createOutbox(dispatcher, clock);
  const owned = stack.move();
  const dispose = () => owned.disposeAsync();
  return { env, db, queues, dispatcher, outbox, clock, batches, [Symbol.asyncDispose]: dispose };
}

/** Jobs by one transaction; answers their ids. */
export function enqueue(
  { db, outbox }: JobSpace,
  count: number,
  more: Partial<EnqueueOptions> = {},
): Promise<string[]> {
  return transaction(db, (tx) => enqueueIn(tx, outbox, count, more));
}

export async function enqueueIn(
  tx: Database,
  outbox: Outbox,
  count: number,
  more: Partial<EnqueueOptions> = {},
): Promise<string[]> {
  const ids: string[] = [];
  for (let photoId = 1; photoId <= count; photoId++) {
    const id = await outbox.enqueue(tx, "process-photo", { photoId }, { ...options, ...more });
    if (id !== null) ids.push(id);
  }
  return ids;
}

/** Everything in the queue now, which is empty afterwards for as long as messages stay hidden. */
export async function receiveAll({ queues }: JobSpace, queue: QueueName): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const { Messages = [] } = await queues.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: await queues.url(queue), MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return ids;
    for (const { Body } of Messages) ids.push(decodeMessage(Body)?.id ?? "not ours");
  }
}

/** Columns of one job, as they are in the row. */
export async function jobRow<Row>(db: Database, id: string, schema: z.ZodType<Row>): Promise<Row> {
  const [rows] = await db.sequelize.query("SELECT * FROM jobs WHERE id = :id", {
    replacements: { id },
  });
  return z.tuple([schema]).parse(rows)[0];
}

export const pointer = (id: string): JobMessage => ({
  id,
  generation: 0,
  name: "process-photo",
  version: 1,
  trace: "test",
});

export const unknownId = (): string => timeOrderedId();
