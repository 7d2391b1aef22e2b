import { messageOf, seconds, type Logger } from "@tendril/runtime";

import type { ScheduledTask } from "./cron-file.ts";

type Clock = {
  tasks: readonly ScheduledTask[];
  /** The worker on this machine. */
  url: string;
  /** The last tick of each task that the worker has taken. */
  taken: Map<string, Date>;
  logger: Pick<Logger, "warn">;
};

/** Posts what is due by now and not taken yet, as Elastic Beanstalk's daemon does; what fails comes again next time. */
export async function bringTicks({ tasks, url, taken, logger }: Clock, now: Date): Promise<void> {
  const bring = async ({ task, fires }: ScheduledTask) => {
    const [due] = fires.last(now, 1);
    const before = taken.get(task);
    if (!due || (before && due <= before)) return;
    try {
      const answer = await fetch(new URL(`/tasks/${task}`, url), {
        method: "POST",
        headers: { "X-Aws-Sqsd-Taskname": task, "X-Aws-Sqsd-Scheduled-At": due.toISOString() },
        signal: AbortSignal.timeout(seconds(30)),
      });
      await answer.body?.cancel();
      if (answer.status === 200) taken.set(task, due);
      else logger.warn({ task, due, status: answer.status }, "the tick was not taken: again soon");
    } catch (error) {
      logger.warn({ task, due, why: messageOf(error) }, "the worker does not answer: again soon");
    }
  };
  await Promise.all(tasks.map(bring));
}
