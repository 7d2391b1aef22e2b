import {
  findJob,
  findLettersOfJob,
  transaction,
  type DeadLetterRow,
  type JobRow,
} from "@tendril/database";

import {
  claim,
  createOutbox,
  type Claimed,
  type EnqueueOptions,
  type JobMessage,
  type Ledger,
} from "../src/index.ts";
import { openJobSpace, type JobSpace } from "./_jobs.ts";

/** A space in which tests play the workers. */
export interface TestLedger extends JobSpace {
  /** The ledger as the worker of that name sees it. */
  as(worker: string): Ledger;
  later(ms: number): void;
  /** A committed job that nobody has sent, as if its process had died. */
  enqueue(options?: Partial<EnqueueOptions>): Promise<JobMessage>;
  claim(message: JobMessage, worker?: string): Promise<Claimed>;
  row(message: Pick<JobMessage, "id">): Promise<JobRow>;
  letters(message: Pick<JobMessage, "id">): Promise<DeadLetterRow[]>;
}

export async function openLedger(): Promise<TestLedger> {
  const space = await openJobSpace();
  const { db, clock } = space;
  const silent = { offer: () => {}, [Symbol.asyncDispose]: async () => {} };
  const outbox = createOutbox(silent, clock);
  const release = { commit: "test" };
  const as = (instanceId: string): Ledger => ({ db, clock, instanceId, release });
  const row = async ({ id }: Pick<JobMessage, "id">) => {
    const job = await findJob(db, id);
    if (!job) throw new Error(`There is no job ${id}`);
    return job;
  };
  return {
    ...space,
    as,
    row,
    later(ms) {
      clock.at = new Date(clock.at.getTime() + ms);
    },
    async enqueue(options) {
      const always = { fairnessGroup: "test", trace: "test" };
      const id = await transaction(db, (tx) =>
        outbox.enqueue(tx, "send-email", { emailId: 1 }, { ...always, ...options }),
      );
      return messageOf(await row({ id: id ?? "" }));
    },
    async claim(message, worker = "worker-1") {
      const claimed = await claim(as(worker), message, clock.now());
      if (claimed.kind !== "claimed") throw new Error(`The job is ${claimed.kind}`);
      return claimed;
    },
    letters: ({ id }) => findLettersOfJob(db, id),
  };
}

export function messageOf({ id, generation, name, version, trace }: JobRow): JobMessage {
  return { id, generation, name, version, trace };
}
