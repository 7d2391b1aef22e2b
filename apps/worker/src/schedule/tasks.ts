import type { TickJobName } from "@tendril/jobs";

export type TimedTask = {
  /**
   * What becomes of ticks that never came. `latest`: the last of them is made up for, once. `none`: they are
   * noted, and no more: the next tick does all that they would have done.
   */
  catchUp: "latest" | "none";
};

/** Every timed task: its job has the same name, and cron.yaml says when it fires. */
export const timedTasks: { readonly [Name in TickJobName]: TimedTask } = {
  // These look at what is due by now, whenever they come.
  "check-restores": { catchUp: "none" },
  "send-digests": { catchUp: "none" },
  "sweep-uploads": { catchUp: "none" },
  // Once a day: without it a day more of everything would lie about.
  purge: { catchUp: "latest" },
};

export function isTaskName(name: string): name is TickJobName {
  return Object.hasOwn(timedTasks, name);
}
