import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import {
  findJob,
  findLettersOfJob,
  transaction,
  type DatabaseConnection,
  type DeadLetterRow,
  type JobRow,
} from "@tendril/database";
import { startTestEnv, type TestEnv } from "@tendril/dev-env";
import {
  connectQueues,
  createDispatcher,
  createOutbox,
  encodeMessage,
  type JobName,
  type JobPayload,
  type Queues,
} from "@tendril/jobs";
import { createLogger, type Clock } from "@tendril/runtime";
import { vi } from "vitest";

import { readConfig } from "../src/config.ts";
import type { Overrides } from "../src/engine.ts";
import { start } from "../src/start.ts";
import { openDatabase } from "./_uploads.ts";

/** Workers in this process whose handlers and clock belong to the test. */
export interface Crew extends AsyncDisposable {
  readonly env: TestEnv;
  readonly db: DatabaseConnection;
  readonly queues: Queues;
  readonly clock: Clock;
  later(ms: number): void;
  worker(overrides?: Overrides, instance?: string): Promise<{ url: string } & AsyncDisposable>;
  /** Committed, and sent when its time has come; answers the jobs' ids. */
  send<Name extends JobName>(
    name: Name,
    payloads: readonly JobPayload<Name>[],
    runAt?: Date,
  ): Promise<readonly string[]>;
  row(id: string): Promise<JobRow>;
  letters(id: string): Promise<DeadLetterRow[]>;
}

export async function openCrew(): Promise<Crew> {
  await using stack = new AsyncDisposableStack();
  const env = stack.use(await startTestEnv({ tiers: [] }));
  const db = stack.use(openDatabase(env));
  const region = env.environment["AWS_REGION"] ?? "";
  const queues = stack.use(connectQueues({ region, prefix: env.space.name }));
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  const logger = createLogger({ level: "silent", tier: "worker", instance: "test" });
  const owned = stack.move();
  return {
    env,
    db,
    queues,
    clock,
    later(ms) {
      ahead += ms;
    },
    worker: (overrides = {}, instance = "worker-1") =>
      start(readConfig({ ...env.environment, PORT: "0", INSTANCE_ID: instance }), {
        clock,
        ...overrides,
      }),
    async send(name, payloads, runAt = clock.now()) {
      await using dispatcher = createDispatcher({ db, queues, clock, logger });
      const outbox = createOutbox(dispatcher, clock);
      const options = { fairnessGroup: "test", trace: "test", runAt };
      const ids = await transaction(db, (tx) =>
        Promise.all(payloads.map((payload) => outbox.enqueue(tx, name, payload, options))),
      );
      return ids.map((id) => id ?? "");
    },
    async row(id) {
      const job = await findJob(db, id);
      if (!job) throw new Error(`There is no job ${id}`);
      return job;
    },
    letters: (id) => findLettersOfJob(db, id),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export const bodyOf = (job: JobRow): string => encodeMessage(job);

export const mails = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ emailId: index + 1 }));

/** What workers of this process ask of SQS from now on. */
export function watchSqs() {
  const spy = vi.spyOn(SQSClient.prototype, "send");
  const commands = () => spy.mock.calls.map(([command]) => command);
  return {
    commands,
    receives: (queue: string) =>
      commands().flatMap((command) =>
        command instanceof ReceiveMessageCommand && command.input.QueueUrl?.endsWith(`-${queue}`)
          ? [command.input]
          : [],
      ),
    /** Messages that were hidden for so many seconds, one by one. */
    hidden: (forSeconds: number) =>
      new Set(
        commands().flatMap((command) =>
          command instanceof ChangeMessageVisibilityCommand &&
          command.input.VisibilityTimeout === forSeconds
            ? [command.input.ReceiptHandle]
            : [],
        ),
      ),
    [Symbol.dispose]: () => spy.mockRestore(),
  };
}
