import {
  purgeIncidents,
  purgeInstances,
  purgeJobs,
  purgeLetters,
  purgePushMessages,
  purgeQueueSamples,
  purgeReadNotifications,
  purgeRemovedComments,
  purgeTasks,
  purgeTicks,
  purgeTokens,
  purgeTraces,
  type Database,
} from "@tendril/database";
import { continueTickJob } from "@tendril/jobs";
import { days } from "@tendril/runtime";

import type { Handler } from "./index.ts";

type Step = {
  keepMs: number;
  purge: (tx: Database, before: Date, limit: number) => Promise<number>;
};

const steps: readonly Step[] = [
  // Longer than any message can live: 4 days in its queue and 14 in the dead-letter queue, and a day more.
  { keepMs: days(19), purge: purgeJobs },
  { keepMs: days(19), purge: purgeTraces },
  { keepMs: days(7), purge: purgeTokens },
  // Longer than a tick can come late (tick-time.ts): its row is what keeps it from running twice.
  { keepMs: days(90), purge: purgeTicks },
  { keepMs: days(90), purge: purgeTasks },
  // Longer than the job of any of them can be repeated: its row is what keeps it from being sent twice.
  { keepMs: days(90), purge: purgePushMessages },
  { keepMs: days(90), purge: purgeReadNotifications },
  { keepMs: days(90), purge: purgeRemovedComments },
  // As far back as charts look.
  { keepMs: days(7), purge: purgeQueueSamples },
  { keepMs: days(1), purge: purgeInstances },
  { keepMs: days(90), purge: purgeIncidents },
  // Those that were dealt with: open ones wait for somebody, however long. Who dealt with them is kept for ever.
  { keepMs: days(90), purge: purgeLetters },
];

/** Rows of each kind in one transaction: short enough to hold up nobody. */
const batch = 1_000;

/** What nobody will ask for any more goes, a batch of each kind; when there is more of any, in another job. */
export const purge: Handler<"purge"> = {
  async run({ clock, outbox }, { scheduledAt }) {
    const now = clock.now().getTime();
    return {
      state: "done",
      effects: async (tx) => {
        let isMore = false;
        for (const { keepMs, purge } of steps) {
          const gone = await purge(tx, new Date(now - keepMs), batch);
          if (gone === batch) isMore = true;
        }
        if (isMore) await continueTickJob(outbox, tx, "purge", scheduledAt);
      },
    };
  },
};
