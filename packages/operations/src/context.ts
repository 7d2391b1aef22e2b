import type { Database } from "@tendril/database";
import type { Dispatcher, Outbox, Queues } from "@tendril/jobs";
import type { Clock } from "@tendril/runtime";

/** What the operators' rules work with, on pages and on the command line alike. */
export type OperationsContext = {
  db: Database;
  queues: Queues;
  dispatcher: Dispatcher;
  outbox: Outbox;
  clock: Clock;
};

/** Who does it, for the record: an account on pages, the shell's user and machine on the command line. */
export type Operator = { userId: number | null; name: string };
