import {
  findLatestQueueSamples,
  findQueueBuckets,
  type Database,
  type QueueSampleRow,
} from "@tendril/database";
import { queueNames, type QueueName } from "@tendril/jobs";
import { days, hours, minutes } from "@tendril/runtime";

/** How far back charts can look; samples are kept for a week. */
const chartSpans = { "1h": hours(1), "6h": hours(6), "1d": days(1), "7d": days(7) } as const;
export type ChartSpan = keyof typeof chartSpans;

/** Points in one chart at most. */
const points = 72;

/** One value for each step; null where there is no sample. */
export type Series = (number | null)[];

export type QueueHistory = {
  queue: QueueName;
  /** The last sample; null when none was taken for a while. */
  latest: QueueSampleRow | null;
  waiting: Series;
  oldestMs: Series;
  /** Jobs that came to their end in a minute: the most of any minute of the step. */
  finished: Series;
};

export type History = {
  from: Date;
  stepMs: number;
  queues: QueueHistory[];
  /** When a worker last looked; null when that is long ago. */
  sampledAt: Date | null;
};

/** A sample that is older says nothing of now. */
const freshMs = minutes(3);

export async function readQueueHistory(db: Database, span: ChartSpan, now: Date): Promise<History> {
  const step = Math.max(1, Math.round(chartSpans[span] / minutes(points)));
  const count = Math.round(chartSpans[span] / minutes(step));
  // Whole steps, so that a bucket holds the same minutes at each look; the last one is not full yet.
  const end = (Math.floor(now.getTime() / minutes(step)) + 1) * minutes(step);
  const from = new Date(end - count * minutes(step));
  const [buckets, latest] = await Promise.all([
    findQueueBuckets(db, { since: from, minutes: step }),
    findLatestQueueSamples(db, new Date(now.getTime() - freshMs)),
  ]);
  const queues = queueNames.map((queue): QueueHistory => {
    const own = new Map(
      buckets.filter((row) => row.queue === queue).map((row) => [Number(row.bucket), row]),
    );
    const series = (of: "visible" | "oldestMs" | "finished"): Series =>
      Array.from({ length: count }, (_, index) => own.get(index)?.[of] ?? null);
    return {
      queue,
      latest: latest.find((row) => row.queue === queue) ?? null,
      waiting: series("visible"),
      oldestMs: series("oldestMs"),
      finished: series("finished"),
    };
  });
  return { from, stepMs: minutes(step), queues, sampledAt: latest[0]?.minute ?? null };
}
