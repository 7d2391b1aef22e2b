import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

import { z } from "zod";

/** Stands for the DynamoDB table AWSEBWorkerCronLeaderRegistry: conditional writes, by the clocks of those who write. */
export interface Registry {
  /** Takes the lead or keeps it; false while another has it. */
  lead(owner: string, now: Date, until: Date): Promise<boolean>;
  /** The last occurrence of the task that a leader has put into the queue. */
  lastOf(task: string): Promise<Date | undefined>;
  record(task: string, at: Date): Promise<void>;
}

const content = z.object({
  leader: z.object({ owner: z.string(), until: z.coerce.date() }).optional(),
  last: z.record(z.string(), z.coerce.date()),
});

/** Outlives the daemons, and with a file this process. */
export function createRegistry(file?: string): Registry {
  const read = (path: string) => content.parse(JSON.parse(readFileSync(path, "utf8")));
  const table: z.output<typeof content> =
    file !== undefined && existsSync(file) ? read(file) : { last: {} };
  const save = () => {
    if (file === undefined) return;
    // Whole or not at all: this process may be killed in the middle.
    writeFileSync(`${file}.new`, JSON.stringify(table));
    renameSync(`${file}.new`, file);
  };

  return {
    async lead(owner, now, until) {
      const { leader } = table;
      if (leader && leader.owner !== owner && leader.until > now) return false;
      table.leader = { owner, until };
      save();
      return true;
    },
    async lastOf(task) {
      return table.last[task];
    },
    async record(task, at) {
      table.last[task] = at;
      save();
    },
  };
}
