import type { QueueName } from "@tendril/jobs";
import { minutes, hours } from "@tendril/runtime";

/** When something is an alarm. What is measured in time is in milliseconds. */
export type Threshold = {
  /** From here on it is wrong. */
  raise: number;
  /** Below this it is well again; in between it stays what it was. */
  clear: number;
  /** People are told when it has been wrong for that long, at every look. */
  openAfterMs: number;
  /** And that it is over when it has been well for that long. */
  closeAfterMs: number;
};

const soon = { openAfterMs: minutes(2), closeAfterMs: minutes(5) };

/** All thresholds there are; docs/operate.md says what each alarm means. */
export const thresholds = {
  /** Dead letters that nobody has dealt with. */
  "open-letters": { raise: 100, clear: 50, ...soon },
  /** Those of them that came within the last ten minutes. */
  "new-letters": { raise: 10, clear: 1, openAfterMs: 0, closeAfterMs: minutes(5) },
  /** How long something lies in a dead-letter queue: the collector empties it each minute. */
  "stuck-dead-queue": { raise: minutes(10), clear: minutes(1), ...soon },
  /**
   * Ticks of a task that never came, since the last that did. When one of a frequent task falls out, the next comes
   * before anybody is told.
   */
  "missed-ticks": { raise: 1, clear: 1, openAfterMs: minutes(12), closeAfterMs: 0 },
  /** How long nobody has looked whether ticks were missed: workers do each minute. */
  "unwatched-schedule": { raise: minutes(10), clear: minutes(5), ...soon },
  /** How long a job that is due has not been sent to SQS: seconds are usual. */
  "outbox-lag": { raise: minutes(2), clear: minutes(1), ...soon },
  /**
   * How long no worker has been alive. No worker ever finds that: pages do, which read this when somebody looks,
   * and CloudWatch, to which the lines "watch metrics" are missing.
   */
  "no-worker": { raise: minutes(2), clear: 1, openAfterMs: 0, closeAfterMs: minutes(1) },
  // When everything begins again, a worker may look a moment before the first page is there.
  "no-web": { raise: minutes(2), clear: 1, openAfterMs: minutes(1), closeAfterMs: minutes(1) },
  /** Mails of the last day of which nobody can say whether they went out. */
  "unknown-mails": { raise: 20, clear: 10, ...soon },
} satisfies Record<string, Threshold>;

/** How long the oldest job of a queue may wait. */
export const lateQueues: Record<QueueName, Threshold> = {
  media: { raise: minutes(10), clear: minutes(5), ...soon },
  // Ordinary mail waits for its place in the sending rate, and is not due before that.
  mail: { raise: minutes(15), clear: minutes(5), ...soon },
  tasks: { raise: minutes(5), clear: minutes(2), ...soon },
  // It may wait; that is what it is for.
  bulk: { raise: hours(6), clear: hours(3), ...soon },
};

export type AlarmName = keyof typeof thresholds | "late-queue";

/** How far back letters count as new, and mails as unknown. */
export const newLettersMs = minutes(10);
export const unknownMailsMs = hours(24);

/** Undefined for what another release calls an alarm. */
export function thresholdOf(alarm: string, subject: string): Threshold | undefined {
  const all: Readonly<Record<string, Threshold>> = alarm === "late-queue" ? lateQueues : thresholds;
  const name = alarm === "late-queue" ? subject : alarm;
  return Object.hasOwn(all, name) ? all[name] : undefined;
}
