import { connectDatabase, isDatabaseAway, type DatabaseConnection } from "@tendril/database";
import { connectQueues, createDispatcher, createOutbox, type Queues } from "@tendril/jobs";
import type { OperationsContext, Operator } from "@tendril/operations";
import {
  createLogger,
  findInstanceId,
  messageOf,
  systemClock,
  UnavailableError,
  type Clock,
  type Environment,
} from "@tendril/runtime";

import {
  readDatabaseConfig,
  readQueueConfig,
  readShellConfig,
  type ShellConfig,
} from "./config.ts";
import type { Output } from "./output/output.ts";

/** What commands work with. Nothing is opened before it is asked for: raw queue commands need no database. */
export type OpsContext = {
  clock: Clock;
  /** How this program is called here. */
  name: string;
  shell: ShellConfig;
  output: Output;
  queues(): Queues;
  /** Queues and database, which has answered. */
  operations(): Promise<OperationsContext>;
  /** For the record of what is done. */
  operator(): Promise<Operator>;
};

/** Given to each group of commands, to be called in an action: then the options are known. */
export type OpenContext = () => OpsContext;

type Parts = {
  name: string;
  environment: Environment;
  output: Output;
  clock?: Clock;
  as: string | undefined;
};

export function createContext(
  { name, environment, output, clock = systemClock, as }: Parts,
  resources: AsyncDisposableStack,
): OpsContext {
  const shell = readShellConfig(environment);
  let queues: (Queues & Disposable) | undefined;
  let connection: DatabaseConnection | undefined;
  let operations: Promise<OperationsContext> | undefined;
  const context: OpsContext = {
    clock,
    name,
    shell,
    output,
    queues: () => (queues ??= resources.use(connectQueues(readQueueConfig(environment)))),
    operations: () =>
      (operations ??= open().catch((error: unknown) => {
        // Whoever asks again and again finds it when it is back.
        operations = undefined;
        throw error;
      })),
    async operator() {
      const at = shell.instanceId ?? (await findInstanceId());
      const account = `${shell.user}@${at}`;
      return { userId: null, name: as === undefined ? account : `${as} (${account})` };
    },
  };
  const open = async (): Promise<OperationsContext> => {
    const config = readDatabaseConfig(environment);
    const queues = context.queues();
    const db = (connection ??= resources.use(connectDatabase(config)));
    try {
      await db.sequelize.query("SELECT 1", { useMaster: true });
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      const where = `${config.host}:${config.port}`;
      const why = messageOf(error) || "no answer";
      throw new UnavailableError(
        "database",
        `Cannot reach the database at ${where}: ${why}. The raw queue commands still work: ${name} queue --help`,
        { cause: error },
      );
    }
    // Standard output belongs to the results; what is not sent, the relay of a worker sends.
    const logger = createLogger({ level: "silent", tier: "ops", instance: "ops" });
    const dispatcher = resources.use(createDispatcher({ db, queues, clock, logger }));
    return { db, queues, dispatcher, outbox: createOutbox(dispatcher, clock), clock };
  };
  return context;
}
