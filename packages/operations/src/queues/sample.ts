import {
  countDueJobs,
  countFinishedJobs,
  countOpenLetters,
  insertQueueSample,
  type QueueSampleRow,
} from "@tendril/database";
import {
  queueDepth,
  queueNames,
  type AnyQueueName,
  type QueueDepth,
  type QueueName,
} from "@tendril/jobs";
import { minutes } from "@tendril/runtime";

import type { OperationsContext } from "../context.ts";

type Context = Pick<OperationsContext, "db" | "queues" | "clock">;

/** A row per queue: what SQS holds, and what the ledger knows. Nothing is received, so no receive count changes. */
export async function sampleQueues(context: Context, minute: Date): Promise<QueueSampleRow[]> {
  const { db, clock } = context;
  const now = clock.now();
  const due = await countDueJobs(db, queueNames, now);
  const letters = await countOpenLetters(db);
  const before = { from: new Date(minute.getTime() - minutes(1)), until: minute };
  const finished = await countFinishedJobs(db, before);
  const rows = await Promise.all(
    queueNames.map(async (queue) => {
      const waiting = due.find((row) => row.queue === queue);
      const count = (rows: { queue: string; count: number }[]) =>
        rows.find((row) => row.queue === queue)?.count ?? 0;
      return {
        queue,
        minute,
        ...(await askSqs(context, queue)),
        due: waiting?.due ?? 0,
        oldestMs: waiting ? Math.max(0, now.getTime() - waiting.oldest.getTime()) : 0,
        finished: count(finished),
        openLetters: count(letters),
      };
    }),
  );
  for (const row of rows) await insertQueueSample(db, row);
  return rows;
}

/** While SQS is away the ledger's part is still worth a sample. */
async function askSqs(
  { queues }: Context,
  queue: QueueName,
): Promise<Pick<QueueSampleRow, "visible" | "inFlight" | "delayed" | "dead">> {
  const ask = (name: AnyQueueName) => queueDepth(queues, name).catch(() => undefined);
  const [depth, dead] = await Promise.all([ask(queue), ask(`${queue}-dead`)]);
  return {
    visible: depth?.visible ?? null,
    inFlight: depth?.inFlight ?? null,
    delayed: depth?.delayed ?? null,
    dead: dead ? inAll(dead) : null,
  };
}

const inAll = ({ visible, inFlight, delayed }: QueueDepth) => visible + inFlight + delayed;
