import { createRequire } from "node:module";

import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import { connectDatabase, findEmailMessage, markSent, readDatabaseConfig } from "@tendril/database";
import { connectQueues, queueConfig, queueVariables } from "@tendril/jobs";
import { readEnvironment, run } from "@tendril/runtime";
import { z } from "zod";

import { ROOT } from "../apps/places.ts";

type Handle<What> = (what: What) => Promise<undefined | What>;
type Options = {
  queueUrl: string;
  sqs: SQSClient;
  batchSize: number;
  waitTimeSeconds: number;
} & ({ handleMessage: Handle<Message> } | { handleMessageBatch: Handle<Message[]> });
type Loop = {
  start(): void;
  stop(options: { abort: boolean }): void;
  on(event: "error", listener: () => void): void;
};

// The worker's own copy: nothing else here needs it.
const library = z
  .object({ Consumer: z.custom<{ create(options: Options): Loop }>() })
  .parse(createRequire(`${ROOT}apps/worker/package.json`)("sqs-consumer"));

/** What one writes first: SQS's messages are the jobs. The effect is that of the quick handler. */
await run(async () => {
  const db = connectDatabase(readDatabaseConfig(process.env));
  const queues = connectQueues(queueConfig(readEnvironment(process.env, queueVariables)));
  const work = async ({ Body }: Message) => {
    const mail = await findEmailMessage(db, Number(Body));
    if (mail && mail.status !== "sent") await markSent(db, mail.id, "-", new Date());
  };
  const common = { queueUrl: await queues.url("tasks"), sqs: queues.sqs, waitTimeSeconds: 20 };
  const consumer = library.Consumer.create(
    process.env["TENDRIL_BENCH_BATCHES"] === "10"
      ? {
          ...common,
          batchSize: 10,
          async handleMessageBatch(messages) {
            await Promise.all(messages.map(work));
            return messages;
          },
        }
      : {
          ...common,
          batchSize: 1,
          async handleMessage(message) {
            await work(message);
            return message;
          },
        },
  );
  consumer.on("error", () => {});
  consumer.start();
  return {
    async [Symbol.asyncDispose]() {
      consumer.stop({ abort: true });
      queues[Symbol.dispose]();
      await db[Symbol.asyncDispose]();
    },
  };
});
